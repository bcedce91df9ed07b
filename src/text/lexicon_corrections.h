#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "text/frontend.h"
#include "text/phonemes.h"

namespace litetts::text {

// A word that the lexicons have wrong or lack, and how it is said.
struct LexiconCorrection {
  Locale locale = Locale::kEnUs;
  std::string word;
  Phonemes phonemes;
};

// Lines "us|gb TAB word TAB phonemes TAB why"; '#' begins a comment. kDataLoss with the line for
// one of another form, an unknown symbol, a word without a primary stress or one told twice.
Result<std::vector<LexiconCorrection>> ParseLexiconCorrections(std::string_view text);

// The text of lexicon_corrections.tsv, which the build puts into the program.
std::string_view LexiconCorrectionsText();

}  // namespace litetts::text
