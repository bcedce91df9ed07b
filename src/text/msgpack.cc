#include "text/msgpack.h"

#include <bit>

namespace litetts::text {
namespace {

constexpr int kMaxDepth = 32;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool Read(MsgpackValue& out, int depth) {
    if (depth > kMaxDepth || at_ >= bytes_.size()) return false;
    const auto type = static_cast<uint8_t>(bytes_[at_++]);
    if (type < 0x80) return Set(out, uint64_t{type});
    if (type < 0x90) return ReadMap(out, type & 0x0F, depth);
    if (type < 0xA0) return ReadArray(out, type & 0x0F, depth);
    if (type < 0xC0) return ReadString(out, type & 0x1F);
    if (type >= 0xE0) return Set(out, int64_t{static_cast<int8_t>(type)});
    return ReadTyped(out, type, depth);
  }
  size_t at() const { return at_; }

 private:
  template <typename T>
  static bool Set(MsgpackValue& out, T value) {
    out.value = std::move(value);
    return true;
  }

  bool ReadNumber(size_t width, uint64_t& number) {
    if (bytes_.size() - at_ < width) return false;
    number = 0;
    for (size_t i = 0; i < width; ++i) number = number << 8 | static_cast<uint8_t>(bytes_[at_ + i]);
    at_ += width;
    return true;
  }

  bool ReadString(MsgpackValue& out, uint64_t size) {
    if (bytes_.size() - at_ < size) return false;
    out.value = std::string(bytes_.substr(at_, size));
    at_ += size;
    return true;
  }

  bool ReadArray(MsgpackValue& out, uint64_t count, int depth) {
    if (count > bytes_.size() - at_) return false;  // each element takes a byte at least
    MsgpackValue::Array array(count);
    for (MsgpackValue& element : array) {
      if (!Read(element, depth + 1)) return false;
    }
    return Set(out, std::move(array));
  }

  bool ReadMap(MsgpackValue& out, uint64_t count, int depth) {
    if (count > (bytes_.size() - at_) / 2) return false;
    MsgpackValue::Map map(count);
    for (auto& [key, value] : map) {
      if (!Read(key, depth + 1) || !Read(value, depth + 1)) return false;
    }
    return Set(out, std::move(map));
  }

  bool ReadTyped(MsgpackValue& out, uint8_t type, int depth) {
    uint64_t number = 0;
    if (type == 0xC0) return Set(out, std::monostate());
    if (type == 0xC2 || type == 0xC3) return Set(out, type == 0xC3);
    if (type >= 0xC4 && type <= 0xC6) {
      return ReadNumber(size_t{1} << (type - 0xC4), number) && ReadString(out, number);
    }
    if (type == 0xCA) {
      return ReadNumber(4, number) &&
             Set(out, double{std::bit_cast<float>(static_cast<uint32_t>(number))});
    }
    if (type == 0xCB) return ReadNumber(8, number) && Set(out, std::bit_cast<double>(number));
    if (type >= 0xCC && type <= 0xCF)
      return ReadNumber(size_t{1} << (type - 0xCC), number) && Set(out, number);
    if (type >= 0xD0 && type <= 0xD3) {
      const int width = 1 << (type - 0xD0);
      if (!ReadNumber(static_cast<size_t>(width), number)) return false;
      const int shift = 64 - 8 * width;
      return Set(out, static_cast<int64_t>(number << shift) >> shift);
    }
    if (type >= 0xD9 && type <= 0xDB) {
      return ReadNumber(size_t{1} << (type - 0xD9), number) && ReadString(out, number);
    }
    if (type == 0xDC || type == 0xDD) {
      return ReadNumber(size_t{2} << (type - 0xDC), number) && ReadArray(out, number, depth);
    }
    if (type == 0xDE || type == 0xDF) {
      return ReadNumber(size_t{2} << (type - 0xDE), number) && ReadMap(out, number, depth);
    }
    return false;  // extension types
  }

  std::string_view bytes_;
  size_t at_ = 0;
};

}  // namespace

const std::string* MsgpackValue::AsString() const { return std::get_if<std::string>(&value); }

const MsgpackValue::Array* MsgpackValue::AsArray() const { return std::get_if<Array>(&value); }

const MsgpackValue::Map* MsgpackValue::AsMap() const { return std::get_if<Map>(&value); }

const MsgpackValue* MsgpackValue::Find(std::string_view key) const {
  const Map* map = AsMap();
  if (map == nullptr) return nullptr;
  for (const auto& [name, element] : *map) {
    if (const std::string* text = name.AsString(); text != nullptr && *text == key) return &element;
  }
  return nullptr;
}

const MsgpackValue* MsgpackValue::Find(uint64_t key) const {
  const Map* map = AsMap();
  if (map == nullptr) return nullptr;
  for (const auto& [name, element] : *map) {
    if (const auto* number = std::get_if<uint64_t>(&name.value);
        number != nullptr && *number == key)
      return &element;
  }
  return nullptr;
}

Result<MsgpackValue> ParseMsgpack(std::string_view bytes) {
  Reader reader(bytes);
  MsgpackValue value;
  if (!reader.Read(value, 0) || reader.at() != bytes.size()) {
    return Status(StatusCode::kDataLoss, Concat("not MessagePack at byte ", reader.at()));
  }
  return value;
}

}  // namespace litetts::text
