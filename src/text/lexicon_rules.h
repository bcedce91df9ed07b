#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/frontend.h"

namespace litetts::text {

// One line of a user's lexicon (docs/formats/lexicon.md).
struct LexiconRule {
  enum class Meaning { kPhonemes, kIpa, kAlias };
  std::string written;  // a word, a phrase, or a regular expression
  std::string value;    // phonemes, or words to say instead; an empty alias is silent
  Meaning meaning = Meaning::kAlias;
  bool is_regex = false;
  bool is_exact = false;         // only in this letter case
  char part_of_speech = 0;       // n, v, j, r as in segment.h; 0: any
  std::optional<Locale> locale;  // none: both
  size_t line = 0;               // of the file, from 1; 0: none
};

struct LexiconProblem {
  size_t line = 0;
  bool is_error = true;  // else the lexicon works, perhaps not as meant
  std::string text;
};

struct LexiconRules {
  std::vector<LexiconRule> rules;
  std::vector<LexiconProblem> problems;
};

// "word (noun, exact)" and "/phonemes/", "ipa ...", or words: the two sides of a line.
Result<LexiconRule> ParseLexiconRule(std::string_view written, std::string_view value);

// Reads a whole file: lines, or, where it begins with '<', PLS 1.0. Lines that cannot be read are
// problems, the others count.
LexiconRules ParseLexicon(std::string_view text);

// The W3C's Pronunciation Lexicon Specification (lexicon_pls.cc).
LexiconRules ParsePls(std::string_view xml);

}  // namespace litetts::text
