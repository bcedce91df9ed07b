#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace litetts::text {

// X-SAMPA, the ASCII spelling of the International Phonetic Alphabet, as IPA. Signs that are no
// X-SAMPA are left out and appended to `unknown`.
std::string IpaOfXSampa(std::string_view x_sampa, std::vector<std::string>* unknown);

}  // namespace litetts::text
