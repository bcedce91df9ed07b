#pragma once

#include <string>

namespace litetts {

// The linker's hash of this program (its GNU build id) in hexadecimal: another one after any change
// of the code. Empty where the linker wrote none.
std::string BuildId();

}  // namespace litetts
