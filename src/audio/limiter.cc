#include "audio/limiter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litetts::audio {
namespace {

constexpr size_t kTaps = 2 * TruePeakMeter::kDelay;

// For each tap its weights in the values 0 to 7 eighths of a sample after the middle: a sinc under
// a Hann window.
constexpr size_t kPhases = 8;
using Weights = std::array<std::array<float, kPhases>, kTaps>;

Weights MakeWeights() {
  Weights weights;
  for (size_t tap = 0; tap < kTaps; ++tap) {
    for (size_t phase = 0; phase < kPhases; ++phase) {
      const double offset = static_cast<double>(phase) / kPhases;
      // The middle is tap kTaps / 2 - 1.
      const double x = std::numbers::pi * (static_cast<double>(tap) - (kTaps / 2 - 1) - offset);
      const double sinc = x == 0.0 ? 1.0 : phase == 0 ? 0.0 : std::sin(x) / x;
      weights[tap][phase] =
          static_cast<float>(sinc * (0.5 + 0.5 * std::cos(x / (kTaps / 2 + 0.5))));
    }
  }
  return weights;
}

}  // namespace

double TruePeakMeter::Next(float sample, double threshold) {
  static const Weights kWeights = MakeWeights();
  history_[place_] = history_[place_ + kTaps] = sample;
  place_ = (place_ + 1) % kTaps;
  const float* const taps = &history_[place_];
  // A value is a sum of the samples around it; the magnitudes of its weights add up to less than 3.
  float largest = 0.0f;
  for (size_t i = 0; i < kTaps; ++i) largest = std::max(largest, std::abs(taps[i]));
  if (3.0 * static_cast<double>(largest) <= threshold) return 0.0;
  std::array<float, kPhases> values = {};
  for (size_t i = 0; i < kTaps; ++i) {
    for (size_t phase = 0; phase < kPhases; ++phase) values[phase] += kWeights[i][phase] * taps[i];
  }
  float peak = 0.0f;
  for (const float value : values) peak = std::max(peak, std::abs(value));
  return static_cast<double>(peak);
}

void TruePeakLimiter::Push(float sample, std::vector<float>& out) {
  delayed_.push_back(sample);
  const double peak = meter_.Next(sample, kTruePeakCeiling);
  const double needed = peak > kTruePeakCeiling ? kTruePeakCeiling / peak : 1.0;
  while (!smallest_.empty() && smallest_.back().second >= needed) smallest_.pop_back();
  smallest_.emplace_back(num_in_, needed);
  // The smallest gain that any of the next kLookAhead samples needs.
  while (smallest_.front().first + kLookAhead < num_in_) smallest_.pop_front();
  // Up again within about 60 ms; the last thousandth at once.
  constexpr double kRelease = 1.0 / (0.02 * 24000);
  gain_ = std::min(smallest_.front().second, gain_ + (1.0 - gain_) * kRelease);
  if (gain_ > 0.999) gain_ = smallest_.front().second;
  // The mean of as many of these is smooth, and no greater than any of the samples within reach
  // needs: each of its terms looked ahead to that sample.
  window_.push_back(gain_);
  sum_ += gain_;
  num_reduced_ += gain_ < 1.0 ? 1 : 0;
  if (window_.size() > kLookAhead - 1) {
    sum_ -= window_.front();
    num_reduced_ -= window_.front() < 1.0 ? 1 : 0;
    window_.pop_front();
  }
  ++num_in_;
  if (num_reduced_ == 0) sum_ = static_cast<double>(window_.size());  // no rounding stays behind
  if (num_in_ <= kLookAhead + TruePeakMeter::kDelay) return;
  const double gain = num_reduced_ == 0 ? 1.0 : sum_ / static_cast<double>(window_.size());
  out.push_back(static_cast<float>(static_cast<double>(delayed_.front()) * gain));
  delayed_.pop_front();
}

std::vector<float> TruePeakLimiter::Process(std::span<const float> samples) {
  std::vector<float> out;
  out.reserve(samples.size());
  for (const float sample : samples) Push(sample, out);
  return out;
}

std::vector<float> TruePeakLimiter::Finish() {
  std::vector<float> out;
  const size_t num_left = delayed_.size();
  while (out.size() < num_left) Push(0.0f, out);
  return out;
}

}  // namespace litetts::audio
