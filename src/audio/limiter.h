#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace litetts::audio {

// -1 dB of full scale, less 0.2 dB for what the meter misses of sounds near 12 kHz, and others
// find.
inline constexpr double kTruePeakCeiling = 0.871;

// The largest magnitude of a signal between its samples (ITU-R BS.1770, but with seven points
// between each two and a longer filter: speech at 24 kHz has sounds up to the end of its band), one
// sample after the other. Thread-compatible.
class TruePeakMeter {
 public:
  // Magnitude around the sample kDelay before `sample`; 0 where none can be above `threshold`.
  double Next(float sample, double threshold);
  static constexpr size_t kDelay = 32;

 private:
  static constexpr size_t kTaps = 2 * kDelay;
  std::array<float, 2 * kTaps> history_ = {};  // a ring, twice: `kTaps` in a row, newest last
  size_t place_ = 0;
};

// Keeps the true peak at or below the ceiling by turning the volume down before a peak and up
// after it, without a step and without a clipped wave. As many samples out as in; where no peak is
// near they are the same bits. Mono at 24 kHz. Thread-compatible.
class TruePeakLimiter {
 public:
  // What is ready; the last 5 ms wait for what follows.
  std::vector<float> Process(std::span<const float> samples);
  // The rest. REQUIRES: called once, last.
  std::vector<float> Finish();

 private:
  void Push(float sample, std::vector<float>& out);

  static constexpr size_t kLookAhead = 120;  // 5 ms
  TruePeakMeter meter_;
  std::deque<float> delayed_;                         // samples in but not out
  std::deque<std::pair<uint64_t, double>> smallest_;  // gains needed, rising, with their places
  std::deque<double> window_;                         // the last gains before they are averaged
  double sum_ = 0.0;                                  // of window_
  size_t num_reduced_ = 0;                            // of window_: less than 1
  double gain_ = 1.0;                                 // after release, before averaging
  uint64_t num_in_ = 0;
};

}  // namespace litetts::audio
