#include "audio/limiter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litetts::audio {
namespace {

constexpr size_t kTaps = 2 * TruePeakMeter::kDelay;

// Values a quarter, a half and three quarters of a sample after the middle: a sinc under a Hann
// window.
std::array<std::array<double, kTaps>, 3> MakePhases() {
  std::array<std::array<double, kTaps>, 3> phases;
  for (size_t phase = 0; phase < phases.size(); ++phase) {
    const double offset = 0.25 * static_cast<double>(phase + 1);
    for (size_t tap = 0; tap < kTaps; ++tap) {
      // The middle lies between taps kTaps / 2 - 1 and kTaps / 2.
      const double x = static_cast<double>(tap) - (kTaps / 2 - 1) - offset;
      const double sinc = std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
      phases[phase][tap] = sinc * (0.5 + 0.5 * std::cos(std::numbers::pi * x / (kTaps / 2 + 0.5)));
    }
  }
  return phases;
}

}  // namespace

double TruePeakMeter::Next(float sample) {
  static const std::array<std::array<double, kTaps>, 3> kPhases = MakePhases();
  std::copy(history_.begin() + 1, history_.end(), history_.begin());
  history_.back() = sample;
  double peak = std::abs(static_cast<double>(history_[kTaps / 2 - 1]));
  for (const auto& phase : kPhases) {
    double value = 0.0;
    for (size_t i = 0; i < kTaps; ++i) value += phase[i] * static_cast<double>(history_[i]);
    peak = std::max(peak, std::abs(value));
  }
  return peak;
}

void TruePeakLimiter::Push(float sample, std::vector<float>& out) {
  delayed_.push_back(sample);
  const double peak = meter_.Next(sample);
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
