#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "text/segment.h"

namespace litetts::text {

// A stretch of the cleaned text [begin, end) that speech mark-up or cleaning says something about.
struct Mark {
  enum class Type {
    kPhonemes,
    kStress,
    kPartOfSpeech,
    kSpell,
    kPause,
    kEmoji,
    kCode,
    kAlias,  // a user's lexicon or SSML has other words for it
    kKeep    // a user's lexicon knows its sound, so no rule may read it otherwise
  };
  Type type = Type::kPhonemes;
  size_t begin = 0;
  size_t end = 0;
  std::string phonemes;        // kPhonemes
  std::string spoken;          // kEmoji, kCode, kAlias: what to say, or nothing
  float stress = 0.0f;         // kStress
  char part_of_speech = 0;     // kPartOfSpeech: n, v, j, r
  double pause_seconds = 0;    // kPause
  Clip clip;                   // kPause
  Kind kind = Kind::kLexicon;  // kAlias
  bool is_user = false;        // from a user's lexicon
};

// What stands in the round brackets of [word](feature): "/ipa/", "+1", "-0.5". Nothing for others.
std::optional<Mark> ParseFeature(std::string_view feature);

// What stands in the square brackets of [pause:1.5s], [pause 500ms] or [0.4s]: the seconds, at most
// 60.
std::optional<double> ParsePause(std::string_view inside);

// "_noun" and so on at `pos` of `text`, up to a word boundary: the part of speech and the length.
struct PartOfSpeechSuffix {
  char part_of_speech = 0;
  size_t size = 0;
};
std::optional<PartOfSpeechSuffix> ParsePartOfSpeech(std::string_view text, size_t pos);

}  // namespace litetts::text
