#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "text/unicode.h"

namespace litetts::text {

struct CodePoint {
  char32_t value = 0;
  size_t size = 0;  // bytes; 1 for a byte that is not UTF-8
  bool is_valid = false;
};
CodePoint DecodeBeyondAscii(std::string_view text, size_t pos);  // for DecodeUtf8()
// REQUIRES: pos < text.size().
inline CodePoint DecodeUtf8(std::string_view text, size_t pos) {
  const auto first = static_cast<unsigned char>(text[pos]);
  if (first < 0x80) return {first, 1, true};
  return DecodeBeyondAscii(text, pos);
}

constexpr bool IsAsciiAlnum(char c) { return IsAsciiLetter(c) || IsAsciiDigit(c); }
constexpr bool IsAsciiSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Not heard: controls, zero-width, direction, private and unassigned characters.
bool IsControlOrFormat(char32_t c);
bool IsEmoji(char32_t c);      // pictures, and the signs that combine them
int DecimalDigit(char32_t c);  // 0..9 of a decimal digit of any script, else -1

std::string AsciiLower(std::string_view text);

// "12", "1.5", ".5" or "5." with nothing around; at most nine digits.
std::optional<double> ParseDecimal(std::string_view text);

// Canonical (NFC) or compatibility (NFKC) composition of a short piece; the input when it fails.
std::string Compose(std::string_view text, bool compatibility);

}  // namespace litetts::text
