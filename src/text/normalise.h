#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/frontend.h"
#include "text/segment.h"

namespace litetts::text {

class UserLexicon;
struct CleanText;

struct NormaliseOptions {
  Locale locale = Locale::kEnUs;
  bool markup = true;  // obey [word](/ipa/), [pause:1s], spell(API), word_noun, ...
  CleaningOptions cleaning = {};
  // Of users; where several speak about a word the first counts. Mark-up goes before them all.
  std::span<const std::shared_ptr<const UserLexicon>> lexicons = {};
};

// Cleans `original` (any bytes) and decides how each stretch of it is read. Pure; linear in the
// size of the text. Rules and their examples: docs/text-normalisation.md.
// - Plain English comes out byte for byte.
// - A full stop is a segment of its own only where it may end a sentence: that of an abbreviation,
//   initial or decimal belongs to its segment.
// - In segments other than kWord a word of capitals ("AM", "US", "B") is said as letter names; what
//   is to be pronounced is in lower case or capitalised.
SpokenText Normalise(std::string_view original, const NormaliseOptions& options);

// How the text of SSML sounds from byte `begin` of the cleaned text on.
struct StyleSpan {
  size_t begin = 0;
  size_t style = 0;     // Segment::style
  float stress = 0.0f;  // Segment::stress
};

// The same for text that is clean already, of an `original` that may be anything. `spans` are in
// order; no reading goes across the begin of one.
SpokenText Normalise(std::string_view original, CleanText clean, std::span<const StyleSpan> spans,
                     const NormaliseOptions& options);

// The text that the tokeniser reads: `spoken` of each segment, a space after those that have one.
std::string JoinSpoken(const std::vector<Segment>& segments);

}  // namespace litetts::text
