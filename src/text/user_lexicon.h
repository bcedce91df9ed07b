#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"
#include "text/lexicon_rules.h"
#include "text/phonemes.h"
#include "text/tag.h"

namespace litetts::text {

struct Atom;
struct Mark;

// What a user wants words to sound like (docs/formats/lexicon.md), ready for lookup. Where several
// rules fit, the longest wins, then the one with a part of speech, the one for this letter case,
// the one for this locale, and the last. Immutable, thread-safe.
class UserLexicon {
 public:
  static constexpr size_t kMaxRules = 200'000;
  static constexpr size_t kMaxRegexes = 256;

  // kInvalidArgument, with the line, at the first rule that cannot work.
  static Result<UserLexicon> Create(std::vector<LexiconRule> rules);
  // A whole file; `name` stands in the messages.
  static Result<UserLexicon> Parse(std::string_view text, std::string_view name);
  // Everything that is wrong or suspicious in a file, by line.
  static std::vector<LexiconProblem> Check(std::string_view text);

  UserLexicon(UserLexicon&&) noexcept;
  UserLexicon& operator=(UserLexicon&&) noexcept;
  ~UserLexicon();

  size_t size() const { return num_rules_; }
  // Equal where the rules are: caches of whole texts must key on it.
  uint64_t fingerprint() const { return fingerprint_; }

  // A word's own phonemes, or the word that it is pronounced as.
  struct Word {
    Phonemes phonemes;
    std::string alias;  // not empty: instead of phonemes
  };
  const Word* FindWord(std::string_view word, Tag tag, Locale locale) const;

  // Adds to `marks` of a cleaned text what this lexicon says about its stretches, where no mark
  // is yet. `atoms` are cut at the borders of `marks`.
  void AddMarks(std::string_view text, const std::vector<Atom>& atoms, Locale locale,
                std::vector<Mark>& marks) const;

 private:
  struct Entry;  // a word or phrase
  struct Regex;
  struct Match;
  UserLexicon();
  Status Add(LexiconRule rule);
  Status AddRegex(const LexiconRule& rule);
  std::optional<Match> FindAt(std::string_view text, const std::vector<Atom>& atoms, size_t i,
                              Locale locale) const;
  void AddRegexMarks(std::string_view text, Locale locale, std::vector<Mark>& marks) const;

  std::vector<Entry> entries_;
  // By the first piece of what is written, in lower case; longest first, then as above.
  std::unordered_map<std::string, std::vector<uint32_t>> by_first_piece_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_word_;  // in lower case
  std::vector<Regex> regexes_;
  size_t num_rules_ = 0;
  uint64_t fingerprint_ = 0;
};

}  // namespace litetts::text
