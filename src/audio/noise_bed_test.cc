#include "audio/noise_bed.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace litetts::audio {
namespace {

std::vector<float> Make(NoiseType type, double seconds) {
  NoiseBed bed(type);
  std::vector<float> samples(static_cast<size_t>(seconds * 24000.0));
  for (float& sample : samples) sample = bed.Next();
  return samples;
}

TEST(NoiseBedTest, AllTypesAreAboutAsLoud) {
  for (size_t i = 0; i < kNoiseNames.size(); ++i) {
    const std::vector<float> samples = Make(static_cast<NoiseType>(i), 60.0);
    double sum = 0.0;
    float most = 0.0f;
    for (const float sample : samples) {
      sum += static_cast<double>(sample) * static_cast<double>(sample);
      most = std::max(most, std::abs(sample));
    }
    const double decibels =
        20.0 * std::log10(std::sqrt(sum / static_cast<double>(samples.size())) / kNoiseLevel);
    EXPECT_NEAR(decibels, 0.0, 1.5) << kNoiseNames[i];
    EXPECT_LT(most, 0.95f) << kNoiseNames[i];
  }
}

TEST(NoiseBedTest, IsTheSameEachTimeAndDiffersByType) {
  EXPECT_EQ(Make(NoiseType::kRain, 1.0), Make(NoiseType::kRain, 1.0));
  EXPECT_NE(Make(NoiseType::kRain, 1.0), Make(NoiseType::kWind, 1.0));
}

// Differences weigh high frequencies: white noise has most, brown least.
TEST(NoiseBedTest, ColoursDiffer) {
  const auto roughness = [](NoiseType type) {
    const std::vector<float> samples = Make(type, 10.0);
    double steps = 0.0, power = 0.0;
    for (size_t i = 1; i < samples.size(); ++i) {
      const double step = static_cast<double>(samples[i] - samples[i - 1]);
      steps += step * step;
      power += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
    }
    return steps / power;
  };
  EXPECT_NEAR(roughness(NoiseType::kWhite), 2.0, 0.1);
  EXPECT_LT(roughness(NoiseType::kPink), 0.7 * roughness(NoiseType::kWhite));
  EXPECT_LT(roughness(NoiseType::kBrown), 0.1 * roughness(NoiseType::kPink));
}

TEST(NoiseBedTest, NamesAreFound) {
  EXPECT_EQ(NoiseFromName("waves"), NoiseType::kWaves);
  EXPECT_FALSE(NoiseFromName("traffic"));
}

}  // namespace
}  // namespace litetts::audio
