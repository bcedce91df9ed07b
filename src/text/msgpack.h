#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status.h"

namespace litetts::text {

// A MessagePack value, read only. Text and binary are both `std::string`.
struct MsgpackValue {
  struct Entry;
  using Array = std::vector<MsgpackValue>;
  using Map = std::vector<Entry>;
  std::variant<std::monostate, bool, int64_t, uint64_t, double, std::string, Array, Map> value;

  const std::string* AsString() const;
  const Array* AsArray() const;
  const Map* AsMap() const;
  // The entry of a map, or null if this is no map or has none.
  const MsgpackValue* Find(std::string_view key) const;
  const MsgpackValue* Find(uint64_t key) const;
};

struct MsgpackValue::Entry {
  MsgpackValue first;
  MsgpackValue second;
};

// kDataLoss, naming the byte, for anything that is not one whole MessagePack value.
Result<MsgpackValue> ParseMsgpack(std::string_view bytes);

}  // namespace litetts::text
