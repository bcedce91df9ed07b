#pragma once

#include <string_view>

namespace litetts::text {

struct UnitName {
  std::string_view sign;
  std::string_view one;
  std::string_view many;
};
// The unit written `sign` (case counts: "Mb" and "MB" differ), or nullptr. US spelling.
const UnitName* FindUnitName(std::string_view sign);

}  // namespace litetts::text
