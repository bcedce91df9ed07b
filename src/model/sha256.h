#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace litetts::model {

// 32 raw bytes.
std::string Sha256(std::span<const std::byte> bytes);
// 64 lower-case hexadecimal digits.
std::string Sha256Hex(std::span<const std::byte> bytes);

}  // namespace litetts::model
