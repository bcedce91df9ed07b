#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace litetts::audio {

struct TimeStretchOptions {
  double tempo = 1.0;            // 2 halves the duration; kMinTempo..kMaxTempo
  double pitch_semitones = 0.0;  // -12..12; formants move along
};

// Changes duration and pitch of speech at 24 kHz mono, piece by piece (SoundTouch: overlapping
// pieces of 40 ms put where they fit best). n samples in give exactly StretchedLength(n) out; what
// was at sample t is at t / tempo to within 20 ms (35 ms below a tempo of 0.7). Passes samples
// through where there is nothing to change. Thread-compatible.
class TimeStretch {
 public:
  static constexpr double kMinTempo = 0.2;
  static constexpr double kMaxTempo = 5.0;

  explicit TimeStretch(const TimeStretchOptions& options);
  TimeStretch(TimeStretch&&) noexcept;
  TimeStretch& operator=(TimeStretch&&) noexcept;
  ~TimeStretch();

  std::vector<float> Process(std::span<const float> samples);
  // The rest. REQUIRES: called once, last.
  std::vector<float> Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// num_samples / tempo, rounded to nearest.
uint64_t StretchedLength(uint64_t num_samples, double tempo);

}  // namespace litetts::audio
