#include "text/character_forms.h"

#include "text/code_point.h"

namespace litetts::text {

std::string_view ReplacementOf(char32_t c) {
  switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201B:
    case 0x02BC:
    case 0x2032:
    case 0xFF07:
      return "'";
    case 0x2033:
      return "\"";
    case 0x201E:
    case 0x201F:
    case 0x00AB:
    case 0x300C:
    case 0x300E:
    case 0x300A:
      return "“";
    case 0x00BB:
    case 0x300D:
    case 0x300F:
    case 0x300B:
      return "”";
    case 0x201A:
      return "'";
    case 0x2010:
    case 0x2011:
    case 0x2043:
      return "-";
    case 0x2012:
      return "–";
    case 0x2015:
    case 0x2E3A:
      return "—";
    case 0x3001:
    case 0x060C:
      return ", ";
    case 0x3002:
      return ". ";
    case 0x061F:
      return "?";
    case 0x061B:
      return ";";
    case 0x3010:
    case 0x3014:
    case 0x3008:
      return "(";
    case 0x3011:
    case 0x3015:
    case 0x3009:
      return ")";
    case 0x2116:
      return "#";
    case 0x2103:
      return "°C";
    case 0x2109:
      return "°F";
    case 0x2044:
    case 0x2215:
      return "/";
    case 0x2217:
      return "*";
    case 0x03BC:
      return "µ";
    default:
      return {};
  }
}

bool IsCompatibilityForm(char32_t c) {
  return (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0xFB00 && c <= 0xFB06) ||
         (c >= 0x1D400 && c <= 0x1D7FF) || (c >= 0x2160 && c <= 0x217F) ||
         (c >= 0x2460 && c <= 0x24FF) || (c >= 0x2080 && c <= 0x2089) ||
         (c >= 0x3371 && c <= 0x33DF) || (c >= 0x1F110 && c <= 0x1F169) ||
         (c >= 0x2100 && c <= 0x2138 && c != 0x2117 && c != 0x211E && c != 0x2122);
}

std::string FormOf(const CodePoint& c, std::string_view bytes) {
  if (c.value < 0x80 && IsAsciiSpace(static_cast<char>(c.value))) return " ";
  if (c.value == 0x2028 || c.value == 0x2029 || c.value == 0x85) return "\n";
  if (IsSpace(c.value)) return " ";
  if (const std::string_view other = ReplacementOf(c.value); !other.empty()) {
    return std::string(other);
  }
  if (c.value == 0x1F12F || IsCompatibilityForm(c.value)) return Compose(bytes, true);
  if (const int digit = DecimalDigit(c.value); digit >= 0) {
    return std::string(1, static_cast<char>('0' + digit));
  }
  if (IsControlOrFormat(c.value) || IsCombining(c.value)) return {};
  if (c.value == 0x212B || c.value == 0x2126 || c.value == 0x212A) return Compose(bytes, false);
  return std::string(bytes);
}

}  // namespace litetts::text
