#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace litetts::audio {

// What can sound under speech. All are made by arithmetic from pseudo-random numbers.
enum class NoiseType {
  kWhite,
  kPink,
  kBrown,
  kRain,   // a hiss and single drops
  kWind,   // low noise whose strength and colour drift
  kWaves,  // pink noise that swells and ebbs every seven to eleven seconds
};
inline constexpr std::array<std::string_view, 6> kNoiseNames = {"white", "pink", "brown",
                                                                "rain",  "wind", "waves"};
std::optional<NoiseType> NoiseFromName(std::string_view name);

// Root mean square of all types over ten seconds and more, within 1.5 dB: -20 dB of full scale.
inline constexpr double kNoiseLevel = 0.1;

// An endless noise at 24 kHz, the same for the same type. Thread-compatible.
class NoiseBed {
 public:
  explicit NoiseBed(NoiseType type) : type_(type) {}
  float Next();

 private:
  double White();  // uniform in [-1, 1]
  double Pink();   // unit root mean square
  double Rain();
  double Wind();
  double Waves();

  NoiseType type_;
  uint64_t random_ = 0x9E3779B97F4A7C15u;
  std::array<double, 3> pink_ = {};
  double brown_ = 0.0;
  double low_ = 0.0;  // of filters
  double lower_ = 0.0;
  double drop_ = 0.0;   // what is left of a drop's sound
  double phase_ = 0.0;  // 0..1 of a slow movement
  double period_seconds_ = 8.0;
  double drift_ = 0.0;
};

}  // namespace litetts::audio
