#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace litetts::text {

constexpr bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsAsciiLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsAsciiUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

// For scalars from U+0080 on; the functions below answer for ASCII in place.
namespace beyond_ascii {
bool IsLetter(char32_t c);
bool IsUpper(char32_t c);
bool IsLower(char32_t c);
bool IsDigit(char32_t c);
bool IsSpace(char32_t c);
char32_t LowerScalar(char32_t c);
char32_t UpperScalar(char32_t c);
char32_t NextScalar(std::string_view utf8, size_t& i);
}  // namespace beyond_ascii

// Letter classes as Python's str methods define them, which the tagger was trained with.
inline bool IsLetter(char32_t c) {  // Unicode L*
  return c < 0x80 ? IsAsciiLetter(static_cast<char>(c)) : beyond_ascii::IsLetter(c);
}
inline bool IsUpper(char32_t c) {
  return c < 0x80 ? IsAsciiUpper(static_cast<char>(c)) : beyond_ascii::IsUpper(c);
}
inline bool IsLower(char32_t c) {
  return c < 0x80 ? IsAsciiLower(static_cast<char>(c)) : beyond_ascii::IsLower(c);
}
inline bool IsDigit(char32_t c) {  // decimal digits, superscripts, circled digits
  return c < 0x80 ? IsAsciiDigit(static_cast<char>(c)) : beyond_ascii::IsDigit(c);
}
inline bool IsSpace(char32_t c) {
  if (c >= 0x80) return beyond_ascii::IsSpace(c);
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
}
bool IsOtherSymbol(char32_t c);  // Unicode So: emoji, arrows, ©
bool IsCombining(char32_t c);    // Unicode M*
inline char32_t LowerScalar(char32_t c) {
  if (c >= 0x80) return beyond_ascii::LowerScalar(c);
  return IsAsciiUpper(static_cast<char>(c)) ? c + 32 : c;
}
inline char32_t UpperScalar(char32_t c) {
  if (c >= 0x80) return beyond_ascii::UpperScalar(c);
  return IsAsciiLower(static_cast<char>(c)) ? c - 32 : c;
}

// The scalar at byte `i`, which moves past it. A byte that is no UTF-8 counts as one U+FFFD.
// REQUIRES: i < utf8.size().
inline char32_t NextScalar(std::string_view utf8, size_t& i) {
  const auto first = static_cast<unsigned char>(utf8[i]);
  if (first >= 0x80) return beyond_ascii::NextScalar(utf8, i);
  ++i;
  return first;
}
// The scalar that ends before byte `i`, which moves to its start. REQUIRES: 0 < i <= utf8.size().
char32_t PreviousScalar(std::string_view utf8, size_t& i);
void AppendUtf8(char32_t c, std::string& out);

// Bytes that are no UTF-8 replaced by U+FFFD.
std::string RepairUtf8(std::string_view text);

std::string Lower(std::string_view utf8);
std::string Upper(std::string_view utf8);
// First scalar upper case, the others lower case.
std::string Capitalised(std::string_view utf8);

}  // namespace litetts::text
