#pragma once

#include <string_view>

namespace litetts::text {

// The plain spelling of a punctuation mark or symbol that means the same; empty: none.
std::string_view ReplacementOf(char32_t c);

// Letters and digits in another shape: full width, ligatures, mathematical, circled, Roman.
bool IsCompatibilityForm(char32_t c);

}  // namespace litetts::text
