#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"

namespace litetts::text {

// A MessagePack value, read only. Text and binary are both `std::string`.
struct MsgpackValue {
  using Array = std::vector<MsgpackValue>;
  using Map = std::vector<std::pair<MsgpackValue, MsgpackValue>>;
  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Array, Map> value;

  const std::string* AsString() const { return std::get_if<std::string>(&value); }
  const Array* AsArray() const { return std::get_if<Array>(&value); }
  const Map* AsMap() const { return std::get_if<Map>(&value); }
  // The entry of a map, or null if this is no map or has none.
  const MsgpackValue* Find(std::string_view key) const;
  const MsgpackValue* Find(uint64_t key) const;
};

// kDataLoss, naming the byte, for anything that is not one whole MessagePack value.
Result<MsgpackValue> ParseMsgpack(std::string_view bytes);

}  // namespace litetts::text
