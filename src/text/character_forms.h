#pragma once

#include <string>
#include <string_view>

namespace litetts::text {

// How a quotation mark, dash, East Asian mark or sign is written in plain English text; empty for
// characters that stay as they are.
std::string_view ReplacementOf(char32_t c);

// Letters and digits in another shape: full width, ligatures, mathematical, circled, Roman.
bool IsCompatibilityForm(char32_t c);

struct CodePoint;
// How a character that is no emoji stands in clean text. `bytes` are those of `c`.
std::string FormOf(const CodePoint& c, std::string_view bytes);

}  // namespace litetts::text
