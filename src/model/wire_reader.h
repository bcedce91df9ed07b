#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/status.h"

namespace litetts::model {

// Walks the fields of one protobuf message in place (the wire format of
// protobuf.dev/programming-guides/encoding):
//   while (reader.Next()) if (reader.field() == 7) ... reader.bytes() ...
//   LITETTS_RETURN_IF_ERROR(reader.status());
// Nothing is copied, so a message costs no memory. One thread.
class WireReader {
 public:
  // `base` is where `message` begins in the file, for the offsets in errors.
  WireReader(std::span<const std::byte> message, size_t base) : message_(message), base_(base) {}

  // Reads the next field. False at the end or on damage: see status().
  bool Next() {
    if (!status_.ok() || position_ == message_.size()) return false;
    field_begin_ = position_;
    uint64_t tag = 0;
    if (!ReadVarint(tag)) return false;
    field_ = static_cast<uint32_t>(tag >> 3u);
    if (field_ == 0 || tag > UINT32_MAX) return Fail("a field without number");
    bytes_ = {};
    number_ = 0;
    type_ = static_cast<uint32_t>(tag & 7u);
    switch (type_) {
      case kVarint:
        return ReadVarint(number_);
      case kFixed64:
        return Take(8);
      case kFixed32:
        return Take(4);
      case kBytes: {
        uint64_t length = 0;
        if (!ReadVarint(length)) return false;
        if (length > message_.size() - position_) return Fail("a field longer than what holds it");
        return Take(static_cast<size_t>(length));
      }
      default:
        return Fail("an unknown wire type");
    }
  }

  uint32_t field() const { return field_; }
  // The payload of a string, a message, packed numbers or a fixed-size number; empty for a varint.
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  // The value of a varint field, else 0.
  uint64_t number() const { return number_; }
  bool is_varint() const { return type_ == kVarint; }
  // A reader of the field as a message.
  WireReader Message() const { return {bytes_, offset()}; }
  // Where the payload lies in the file.
  size_t offset() const { return base_ + position_ - bytes_.size(); }
  const Status& status() const { return status_; }

  // A varint of packed numbers: reads it and moves on. False at the end or on damage.
  bool NextPacked(uint64_t& value) {
    return status_.ok() && position_ < message_.size() && ReadVarint(value);
  }

 private:
  static constexpr uint32_t kVarint = 0;
  static constexpr uint32_t kFixed64 = 1;
  static constexpr uint32_t kBytes = 2;
  static constexpr uint32_t kFixed32 = 5;

  bool Fail(std::string_view what) {
    status_ = DataLoss("offset ", base_ + field_begin_, ": ", what,
                       "; the file is damaged or no ONNX model");
    return false;
  }
  bool Take(size_t size) {
    if (size > message_.size() - position_) return Fail("a number that is cut off");
    bytes_ = message_.subspan(position_, size);
    position_ += size;
    return true;
  }
  bool ReadVarint(uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (position_ == message_.size()) return Fail("a number that is cut off");
      const auto byte = static_cast<uint64_t>(message_[position_++]);
      value |= (byte & 0x7Fu) << shift;
      if (byte < 0x80) return true;
    }
    return Fail("a number of more than 64 bits");
  }

  std::span<const std::byte> message_;
  size_t base_;
  size_t position_ = 0;
  size_t field_begin_ = 0;
  uint32_t field_ = 0;
  uint32_t type_ = 0;
  uint64_t number_ = 0;
  std::span<const std::byte> bytes_;
  Status status_;
};

}  // namespace litetts::model
