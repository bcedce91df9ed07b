#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace litetts::text {

// Penn Treebank parts of speech as OntoNotes has them, in the order of the tagger's output rows.
enum class Tag : uint8_t {
  kDollar,
  kCloseQuote,
  kComma,
  kLrb,
  kRrb,
  kStop,
  kColon,
  kAdd,
  kAfx,
  kCc,
  kCd,
  kDt,
  kEx,
  kFw,
  kHyph,
  kIn,
  kJj,
  kJjr,
  kJjs,
  kLs,
  kMd,
  kNfp,
  kNn,
  kNnp,
  kNnps,
  kNns,
  kPdt,
  kPos,
  kPrp,
  kPrpS,
  kRb,
  kRbr,
  kRbs,
  kRp,
  kSym,
  kTo,
  kUh,
  kVb,
  kVbd,
  kVbg,
  kVbn,
  kVbp,
  kVbz,
  kWdt,
  kWp,
  kWpS,
  kWrb,
  kXx,
  kSpace,
  kOpenQuote,
};
inline constexpr size_t kNumTags = 50;

inline constexpr std::array<std::string_view, kNumTags> kTagNames = {
    "$",   "''",   ",",   "-LRB-", "-RRB-", ".",   ":",   "ADD", "AFX", "CC",  "CD",  "DT",   "EX",
    "FW",  "HYPH", "IN",  "JJ",    "JJR",   "JJS", "LS",  "MD",  "NFP", "NN",  "NNP", "NNPS", "NNS",
    "PDT", "POS",  "PRP", "PRP$",  "RB",    "RBR", "RBS", "RP",  "SYM", "TO",  "UH",  "VB",   "VBD",
    "VBG", "VBN",  "VBP", "VBZ",   "WDT",   "WP",  "WP$", "WRB", "XX",  "_SP", "``"};

inline std::string_view TagName(Tag tag) { return kTagNames[static_cast<size_t>(tag)]; }

inline bool IsNoun(Tag tag) { return tag >= Tag::kNn && tag <= Tag::kNns; }
inline bool IsVerb(Tag tag) { return tag >= Tag::kVb && tag <= Tag::kVbz; }
inline bool IsAdverb(Tag tag) { return tag >= Tag::kRb && tag <= Tag::kRbs; }
inline bool IsAdjective(Tag tag) { return tag >= Tag::kJj && tag <= Tag::kJjs; }

}  // namespace litetts::text
