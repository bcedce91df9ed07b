#include "audio/pcm.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "base/split_mix.h"

namespace litetts::audio {

size_t FloatToS16(std::span<const float> samples, std::span<int16_t> out) {
  LITETTS_CHECK(samples.size() == out.size());
  size_t num_clipped = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    float x = samples[i];
    if (!(std::abs(x) <= 1.0f)) {
      ++num_clipped;
      if (std::isnan(x)) x = 0.0f;
    }
    out[i] = static_cast<int16_t>(std::lrint(std::clamp(x * 32768.0f, -32768.0f, 32767.0f)));
  }
  return num_clipped;
}

void Dither::AddTo(std::span<float> samples) {
  for (float& sample : samples) {
    const uint64_t z = Mix64(state_ += kSplitMixStep);  // its halves are two numbers
    const double difference = static_cast<double>(z >> 32) - static_cast<double>(z & 0xFFFFFFFFu);
    sample += static_cast<float>(difference * 0x1p-32 / 32768.0);
  }
}

size_t ClampSamples(std::span<const float> samples, std::span<float> out) {
  LITETTS_CHECK(samples.size() == out.size());
  size_t num_clipped = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const float x = samples[i];
    const bool is_inside = std::abs(x) <= 1.0f;
    if (!is_inside) ++num_clipped;
    out[i] = is_inside ? x : std::isnan(x) ? 0.0f : std::copysign(1.0f, x);
  }
  return num_clipped;
}

uint8_t S16ToMulaw(int16_t sample) {
  constexpr int kBias = 0x84;  // 33 in the 14-bit scale of the standard
  constexpr int kClip = 32635;
  const int sign = sample < 0 ? 0x80 : 0;
  const int magnitude = std::min(sample < 0 ? -static_cast<int>(sample) : sample, kClip) + kBias;
  // The highest set bit is 7..14: the segment; the four bits below it are the step.
  const int segment = std::bit_width(static_cast<unsigned>(magnitude)) - 8;
  const int step = (magnitude >> (segment + 3)) & 0x0F;
  return static_cast<uint8_t>(~(sign | (segment << 4) | step));
}

uint8_t S16ToAlaw(int16_t sample) {
  const int sign = sample < 0 ? 0 : 0x80;
  // One's complement makes the negative side mirror the positive one.
  const int magnitude = (sample < 0 ? ~static_cast<int>(sample) : sample) >> 4;  // 0..2047
  const int width = std::bit_width(static_cast<unsigned>(magnitude));
  const int segment = std::max(width - 4, 0);
  // Segments 0 and 1 share steps of one; each further segment doubles the step.
  const int code =
      segment <= 1 ? magnitude : (segment << 4) | ((magnitude >> (segment - 1)) & 0x0F);
  return static_cast<uint8_t>((sign | code) ^ 0x55);
}

}  // namespace litetts::audio
