#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/status.h"

namespace litetts::model {

// 64 lower-case hexadecimal digits.
Result<std::string> Sha256Hex(std::span<const std::byte> bytes);

}  // namespace litetts::model
