#include "audio/pitch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace litetts::audio {
namespace {

// A buzz of five harmonics.
std::vector<float> Buzz(double hz, size_t size) {
  std::vector<float> samples(size);
  for (size_t i = 0; i < size; ++i) {
    double sum = 0.0;
    for (int k = 1; k <= 5; ++k) {
      sum += std::cos(2.0 * std::numbers::pi * k * hz * static_cast<double>(i) / 24000.0) / k;
    }
    samples[i] = static_cast<float>(0.1 * sum);
  }
  return samples;
}

TEST(PitchTest, FindsThePitchOfABuzz) {
  for (const double hz : {75.0, 110.0, 180.0, 257.0, 400.0}) {
    const std::vector<double> pitch = TrackPitch(Buzz(hz, 24000));
    ASSERT_GT(pitch.size(), 90u);
    for (const double each : pitch) EXPECT_NEAR(each, hz, 0.02 * hz);
  }
}

TEST(PitchTest, FindsNoneInNoiseAndSilence) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0f, 0.1f);
  std::vector<float> noise(48000);
  for (float& each : noise) each = normal(random);
  size_t num_voiced = 0;
  for (const double each : TrackPitch(noise)) num_voiced += each > 0.0 ? 1 : 0;
  EXPECT_LT(num_voiced, 4u);
  for (const double each : TrackPitch(std::vector<float>(24000))) EXPECT_EQ(each, 0.0);
  EXPECT_TRUE(TrackPitch(std::vector<float>(100)).empty());
}

}  // namespace
}  // namespace litetts::audio
