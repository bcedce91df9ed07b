#include "text/code_point.h"

#include <utf8proc.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

namespace litetts::text {

CodePoint DecodeBeyondAscii(std::string_view text, size_t pos) {
  utf8proc_int32_t value = 0;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + pos);
  const size_t left = text.size() - pos;
  const utf8proc_ssize_t size =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(left < 4 ? left : 4), &value);
  if (size <= 0) return {0xFFFD, 1, false};
  return {static_cast<char32_t>(value), static_cast<size_t>(size), true};
}

namespace {
utf8proc_category_t Category(char32_t c) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(c));
}
}  // namespace

bool IsControlOrFormat(char32_t c) {
  switch (Category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
      return true;
    default:
      return false;
  }
}

bool IsEmoji(char32_t c) {
  if (c < 0x200D) return false;
  if (c >= 0x1F000 && c <= 0x1FAFF) return true;
  if (c >= 0x2600 && c <= 0x27BF) return c != 0x2713 && c != 0x2717;
  if (c >= 0xE0020 && c <= 0xE007F) return true;
  switch (c) {
    case 0x200D:  // zero-width joiner
    case 0x20E3:  // key cap
    case 0x231A:
    case 0x231B:
    case 0x23E9:
    case 0x23EA:
    case 0x23EB:
    case 0x23EC:
    case 0x23F0:
    case 0x23F3:
    case 0x2B05:
    case 0x2B06:
    case 0x2B07:
    case 0x2B1B:
    case 0x2B1C:
    case 0x2B50:
    case 0x2B55:
    case 0x3030:
    case 0xFE0F:  // asks for the picture
      return true;
    default:
      return false;
  }
}

int DecimalDigit(char32_t c) {
  if (c < 0x80) return IsAsciiDigit(static_cast<char>(c)) ? static_cast<int>(c - U'0') : -1;
  if (Category(c) != UTF8PROC_CATEGORY_ND) return -1;
  // Digits come in runs of ten that begin at xxx0 or xxx6.
  const char32_t row = c & ~char32_t{0xF};
  const char32_t low = c & 0xF;
  const bool begins_at_zero = Category(row) == UTF8PROC_CATEGORY_ND;
  const int value = static_cast<int>(begins_at_zero ? low : low - 6);
  return value >= 0 && value <= 9 ? value : 0;
}

std::optional<double> ParseDecimal(std::string_view text) {
  double value = 0.0;
  double place = 0.0;
  int digits = 0;
  for (const char c : text) {
    if (c == '.' && place == 0.0) {
      place = 1.0;
    } else if (IsAsciiDigit(c) && digits < 9) {
      ++digits;
      value = value * 10.0 + (c - '0');
      place *= 10.0;
    } else {
      return std::nullopt;
    }
  }
  if (digits == 0) return std::nullopt;
  return place > 0.0 ? value / place : value;
}

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (IsAsciiUpper(c)) c = static_cast<char>(c + 32);
  }
  return lower;
}

std::string Compose(std::string_view text, bool compatibility) {
  int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  if (compatibility) options |= UTF8PROC_COMPAT;
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &composed,
                                             static_cast<utf8proc_option_t>(options));
  if (size < 0) return std::string(text);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
  return std::string(reinterpret_cast<const char*>(composed), static_cast<size_t>(size));
}

}  // namespace litetts::text
