#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/frontend.h"
#include "text/phonemes.h"

namespace litetts::text {

// English in the International Phonetic Alphabet, as dictionaries write it, to the model's
// phonemes: diphthongs and affricates are one symbol, stress stands before the vowel, length is
// kept in British English only. Scalars that the model does not know are left out and appended to
// `unknown`.
Phonemes FromIpa(std::string_view ipa, Locale locale, std::vector<std::string>* unknown);

}  // namespace litetts::text
