#include "audio/noise_bed.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litetts::audio {
namespace {

constexpr double kRateHz = 24000.0;
constexpr double kTwoPi = 2.0 * std::numbers::pi;

// The share of the new value in a low-pass of one pole.
double PoleShare(double hz) { return 1.0 - std::exp(-kTwoPi * hz / kRateHz); }

}  // namespace

std::optional<NoiseType> NoiseFromName(std::string_view name) {
  const auto found = std::ranges::find(kNoiseNames, name);
  if (found == kNoiseNames.end()) return std::nullopt;
  return static_cast<NoiseType>(found - kNoiseNames.begin());
}

double NoiseBed::White() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<double>(random_ >> 11) * 0x1p-52 - 1.0;
}

// Three poles that fall 3 dB an octave together (P. Kellet's economy filter).
double NoiseBed::Pink() {
  const double white = White();
  pink_[0] = 0.99765 * pink_[0] + white * 0.0990460;
  pink_[1] = 0.96300 * pink_[1] + white * 0.2965164;
  pink_[2] = 0.57000 * pink_[2] + white * 1.0526913;
  return (pink_[0] + pink_[1] + pink_[2] + white * 0.1848) / 1.62;
}

double NoiseBed::Rain() {
  // What remains above about 1 kHz is the hiss of many drops, single ones are short bursts.
  const double noise = White();
  low_ += PoleShare(1000.0) * (noise - low_);
  constexpr double kDropsPerSecond = 14.0;
  if (std::abs(White()) < kDropsPerSecond / kRateHz) drop_ = 0.6 + 0.4 * std::abs(White());
  drop_ *= 1.0 - 1.0 / (0.006 * kRateHz);
  lower_ += PoleShare(3500.0) * (White() * drop_ - lower_);
  return (noise - low_) * 1.75 + lower_ * 5.0;
}

double NoiseBed::Wind() {
  // A walk between 0 and 1 that takes seconds.
  phase_ += White() * 0.0022;
  phase_ = std::clamp(phase_, 0.0, 1.0);
  drift_ += PoleShare(0.35) * (phase_ - drift_);
  const double share = PoleShare(140.0 + 500.0 * drift_);
  low_ += share * (White() - low_);
  lower_ += share * (low_ - lower_);
  return lower_ * (0.45 + 0.75 * drift_) / std::sqrt(share) * 3.8;
}

double NoiseBed::Waves() {
  phase_ += 1.0 / (period_seconds_ * kRateHz);
  if (phase_ >= 1.0) {
    phase_ -= 1.0;
    period_seconds_ = 9.0 + 2.0 * White();
  }
  // Rises faster than it falls.
  const double rise = phase_ < 0.35 ? phase_ / 0.35 : (1.0 - phase_) / 0.65;
  const double swell = 0.15 + 0.85 * rise * rise;
  low_ += PoleShare(500.0 + 4000.0 * swell) * (Pink() - low_);
  return low_ * swell * 2.05;
}

float NoiseBed::Next() {
  double value = 0.0;
  switch (type_) {
    case NoiseType::kWhite:
      value = White() * std::numbers::sqrt3;
      break;
    case NoiseType::kPink:
      value = Pink();
      break;
    case NoiseType::kBrown:
      brown_ = 0.995 * brown_ + White() * 0.1;
      value = brown_ * 1.73;
      break;
    case NoiseType::kRain:
      value = Rain();
      break;
    case NoiseType::kWind:
      value = Wind();
      break;
    case NoiseType::kWaves:
      value = Waves();
      break;
  }
  return static_cast<float>(kNoiseLevel * value);
}

}  // namespace litetts::audio
