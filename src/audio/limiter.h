#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <utility>
#include <vector>

namespace litetts::audio {

// -1 dB of full scale, less 0.1 dB for what four points between two samples miss.
inline constexpr double kTruePeakCeiling = 0.881;

// The largest magnitude of a signal between its samples (ITU-R BS.1770: three points between each
// two), one sample after the other. Thread-compatible.
class TruePeakMeter {
 public:
  // Magnitude around the sample kDelay before `sample`.
  double Next(float sample);
  static constexpr size_t kDelay = 6;

 private:
  static constexpr size_t kTaps = 2 * kDelay;
  std::array<float, kTaps> history_ = {};  // newest last
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
