#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace litetts::text {

// Letter classes as Python's str methods define them, which the tagger was trained with.
bool IsLetter(char32_t c);  // Unicode L*
bool IsUpper(char32_t c);
bool IsLower(char32_t c);
bool IsDigit(char32_t c);  // decimal digits, superscripts, circled digits
bool IsSpace(char32_t c);
bool IsOtherSymbol(char32_t c);  // Unicode So: emoji, arrows, ©
bool IsCombining(char32_t c);    // Unicode M*
char32_t LowerScalar(char32_t c);
char32_t UpperScalar(char32_t c);

constexpr bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsAsciiLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsAsciiUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

// The scalar at byte `i`, which moves past it. A byte that is no UTF-8 counts as one U+FFFD.
// REQUIRES: i < utf8.size().
char32_t NextScalar(std::string_view utf8, size_t& i);
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
