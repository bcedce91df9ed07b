#include "text/unicode.h"

#include <utf8proc.h>

#include <algorithm>

namespace litetts::text {
namespace {

utf8proc_category_t Category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

namespace beyond_ascii {

bool IsLetter(char32_t c) {
  const utf8proc_category_t category = Category(c);
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool IsUpper(char32_t c) {
  return Category(c) == UTF8PROC_CATEGORY_LU || (c >= 0x2160 && c <= 0x216F) ||
         (c >= 0x24B6 && c <= 0x24CF);
}

bool IsLower(char32_t c) {
  return Category(c) == UTF8PROC_CATEGORY_LL || c == 0xAA || c == 0xBA ||
         (c >= 0x2170 && c <= 0x217F) || (c >= 0x24D0 && c <= 0x24E9);
}

bool IsDigit(char32_t c) {
  return Category(c) == UTF8PROC_CATEGORY_ND || c == 0xB2 || c == 0xB3 || c == 0xB9 ||
         c == 0x2070 || (c >= 0x2074 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089) ||
         (c >= 0x2460 && c <= 0x2468);
}

bool IsSpace(char32_t c) {
  const utf8proc_category_t category = Category(c);
  return c == 0x85 || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
         category == UTF8PROC_CATEGORY_ZP;
}

char32_t LowerScalar(char32_t c) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(c)));
}

char32_t UpperScalar(char32_t c) {
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(c)));
}

char32_t NextScalar(std::string_view utf8, size_t& i) {
  utf8proc_int32_t scalar = 0;
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data() + i),
                       static_cast<utf8proc_ssize_t>(utf8.size() - i), &scalar);
  if (size <= 0) {
    ++i;
    return 0xFFFD;
  }
  i += static_cast<size_t>(size);
  return static_cast<char32_t>(scalar);
}

}  // namespace beyond_ascii

bool IsOtherSymbol(char32_t c) { return c >= 0x80 && Category(c) == UTF8PROC_CATEGORY_SO; }

bool IsCombining(char32_t c) {
  if (c < 0x300) return false;
  const utf8proc_category_t category = Category(c);
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

char32_t PreviousScalar(std::string_view utf8, size_t& i) {
  size_t begin = i - 1;
  while (begin > 0 && i - begin < 4 && IsContinuation(utf8[begin])) --begin;
  size_t end = begin;
  const char32_t scalar = NextScalar(utf8, end);
  if (end != i) {  // broken UTF-8: one byte
    --i;
    return 0xFFFD;
  }
  i = begin;
  return scalar;
}

void AppendUtf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
}

std::string RepairUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const size_t begin = i;
    const char32_t c = NextScalar(text, i);
    if (c == 0xFFFD) {
      AppendUtf8(c, out);
    } else {
      out += text.substr(begin, i - begin);
    }
  }
  return out;
}

std::string Lower(std::string_view utf8) {
  std::string out;
  if (IsAscii(utf8)) {  // most words
    out = utf8;
    for (char& c : out) c = static_cast<char>(LowerScalar(static_cast<unsigned char>(c)));
    return out;
  }
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) AppendUtf8(LowerScalar(NextScalar(utf8, i)), out);
  return out;
}

std::string Upper(std::string_view utf8) {
  std::string out;
  if (IsAscii(utf8)) {
    out = utf8;
    for (char& c : out) c = static_cast<char>(UpperScalar(static_cast<unsigned char>(c)));
    return out;
  }
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) AppendUtf8(UpperScalar(NextScalar(utf8, i)), out);
  return out;
}

std::string Capitalised(std::string_view utf8) {
  std::string out;
  if (utf8.empty()) return out;
  if (IsAscii(utf8)) {
    out = Lower(utf8);
    out[0] = static_cast<char>(UpperScalar(static_cast<unsigned char>(out[0])));
    return out;
  }
  size_t i = 0;
  AppendUtf8(UpperScalar(NextScalar(utf8, i)), out);
  return out + Lower(utf8.substr(i));
}

}  // namespace litetts::text
