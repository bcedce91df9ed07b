#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace litetts {

// Two lower-case hexadecimal digits a byte.
inline std::string HexOf(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte each : bytes) {
    const auto value = std::to_integer<unsigned>(each);
    text += kDigits[value >> 4u];
    text += kDigits[value & 15u];
  }
  return text;
}

}  // namespace litetts
