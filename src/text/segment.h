#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "text/speech_style.h"

namespace litetts::text {

// What the normaliser took a piece of text for. KindName() gives the names that the outside sees.
enum class Kind : uint8_t {
  kWord,         // spoken as written: letters, apostrophes, hyphens; acronyms too ("FBI", "U.S.")
  kPunctuation,  // heard as a pause or not at all
  kCardinal,
  kOrdinal,
  kDecimal,
  kFraction,
  kPercent,
  kMoney,
  kDate,
  kYear,
  kTime,
  kRange,
  kScore,
  kRatio,
  kPhone,
  kMeasure,
  kDimension,
  kVersion,
  kAddress,  // IP addresses, URLs, e-mail, paths, handles, hashtags
  kRoman,
  kFormula,  // chemistry and mathematics
  kSerial,   // letters and digits spelled or grouped
  kAbbreviation,
  kLetters,  // spelled out
  kSymbol,
  kEmoji,
  kPause,     // mark-up: silence of `pause_seconds`
  kPhonemes,  // mark-up: `phonemes` are given
  kLexicon,   // as a user's lexicon says: other words, or `phonemes`, or a word that it knows
};
const char* KindName(Kind kind);

// The cleaned text as it is to be spoken, cut where the meaning changes; a word per segment is
// usual and a run of plain words is allowed. Segments come in the order of the text and their byte
// ranges do not overlap. The part that tokenises, tags and phonemises sees the `spoken` texts
// joined, a space after each segment with `space_after`; it makes tokens of its own and finds the
// segment of each by position, so a contraction or a hyphenated compound may be one segment or
// several.
struct Segment {
  Kind kind = Kind::kWord;
  // Words and punctuation, valid UTF-8 without digits, symbols or mark-up. Letter case as in good
  // prose
  // ("Doctor Smith"): it decides names, acronyms and stress. Empty: silent.
  std::string spoken;
  size_t begin = 0;  // bytes [begin, end) of the original text
  size_t end = 0;
  bool space_after = false;
  // A line break that ends a paragraph, heading or list item follows: speech stops even without a
  // full stop.
  bool paragraph_after = false;
  // From mark-up, else unset.
  std::string phonemes;      // kPhonemes: instead of looking `spoken` up
  float stress = 0.0f;       // [word](+1): added to the word's stress, -2..2
  char part_of_speech = 0;   // word_noun, word_verb, ...: 'n', 'v', 'j' (adjective), 'r' (adverb)
  double pause_seconds = 0;  // kPause
  Clip clip;                 // kPause: is played after the pause; may be null
  size_t style = 0;          // SSML: of Analysis::styles
};

// What the normaliser hands on.
struct SpokenText {
  std::string clean;  // the input, UTF-8 repaired; byte ranges refer to the input itself
  std::vector<Segment> segments;
  std::vector<std::string> warnings;  // one line each: what could not be spoken
};

}  // namespace litetts::text
