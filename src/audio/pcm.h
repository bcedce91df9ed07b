#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace litetts::audio {

// Samples in [-1, 1] to integers: nearest value, ties to even, scaled by 32768 as decoders divide
// by it. What lies outside is clamped, NaN becomes silence; returns how many samples had |x| > 1 or
// were NaN (exactly 1.0 becomes 32767 and does not count). REQUIRES: equal sizes.
size_t FloatToS16(std::span<const float> samples, std::span<int16_t> out);

// The same limits in float. REQUIRES: equal sizes; `out` may be `samples`.
size_t ClampSamples(std::span<const float> samples, std::span<float> out);

// Noise of two random numbers' difference, triangular over two steps of 16 bits: what rounding then
// leaves is a steady hiss, not a distortion that follows the sound. Thread-compatible.
class Dither {
 public:
  // To the next samples.
  void AddTo(std::span<float> samples);

 private:
  uint64_t state_ = 0;
};

// ITU-T G.711.
uint8_t S16ToMulaw(int16_t sample);
uint8_t S16ToAlaw(int16_t sample);

}  // namespace litetts::audio
