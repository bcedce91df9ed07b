#pragma once

#include <string>
#include <string_view>

namespace litetts::engine {

// SHA-256, 32 raw bytes.
std::string Sha256(std::string_view bytes);

}  // namespace litetts::engine
