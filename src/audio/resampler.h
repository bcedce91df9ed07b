#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.h"

namespace litetts::audio {

struct ResamplerOptions {
  int from_hz = 24000;
  int to_hz = 24000;
  int num_channels = 1;
};

// Changes the sample rate of one stream, piece by piece: linear phase, no delay, 20-bit quality
// (libsoxr). n frames in give exactly ResampledLength(n) frames out. Thread-compatible.
class Resampler {
 public:
  static Result<Resampler> Create(const ResamplerOptions& options);
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;
  ~Resampler();

  // The frames that are ready, perhaps none. REQUIRES: whole frames.
  Result<std::vector<float>> Process(std::span<const float> samples);
  // The rest. REQUIRES: called once, last.
  Result<std::vector<float>> Finish();

 private:
  struct State;
  explicit Resampler(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// num_frames * to / from, rounded to nearest.
uint64_t ResampledLength(uint64_t num_frames, int from_hz, int to_hz);

}  // namespace litetts::audio
