#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/status.h"

// Keys, payloads and error correction of docs/watermark.md.
namespace litetts::audio {

inline constexpr size_t kWatermarkFrames = 64;  // of one period of the pattern
inline constexpr size_t kWatermarkBands = 76;
inline constexpr size_t kWatermarkCells = kWatermarkFrames * kWatermarkBands;
inline constexpr size_t kWatermarkCodeBits = 96;
inline constexpr size_t kMinWatermarkKey = 16;  // bytes

// What a secret makes of time and frequency: a random sign for each cell, and which bit it carries.
// Immutable.
class WatermarkKey {
 public:
  // kInvalidArgument for a secret that is too short.
  static Result<WatermarkKey> Create(std::string_view secret);

  static constexpr int kSync = -1;
  // By frame * kWatermarkBands + band.
  float sign(size_t cell) const { return signs_[cell]; }
  int bit(size_t cell) const { return bits_[cell]; }  // kSync: none, it always is 1
  uint64_t mask() const { return mask_; }

 private:
  WatermarkKey() = default;
  std::vector<float> signs_;  // -1, 1
  std::vector<int> bits_;
  uint64_t mask_ = 0;  // over payload and checksum
};

// 32 bits of payload, 16 of checksum, doubled by a convolutional code: 1 as +1, 0 as -1.
std::array<float, kWatermarkCodeBits> EncodePayload(const WatermarkKey& key, uint32_t payload);

struct DecodedPayload {
  uint32_t payload = 0;          // the likeliest
  bool is_checked = false;       // its checksum fits; else some of it is wrong
  double code_error_rate = 0.0;  // share of the code bits that came as the opposite of its own
};
// From values whose signs are those bits where nothing went wrong, and whose sizes say how sure
// that is.
DecodedPayload DecodePayload(const WatermarkKey& key, std::span<const float> soft_bits);

}  // namespace litetts::audio
