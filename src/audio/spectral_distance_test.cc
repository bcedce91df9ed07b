#include "audio/spectral_distance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace litetts::audio {
namespace {

// A tone that sweeps up over `size` samples, after `silence` samples.
std::vector<float> Sweep(size_t size, float level, size_t silence = 0) {
  std::vector<float> samples(silence, 0.0f);
  for (size_t i = 0; i < size; ++i) {
    const double at = static_cast<double>(i) / static_cast<double>(size);
    samples.push_back(level * static_cast<float>(std::sin(std::numbers::pi * 1000.0 * at * at)));
  }
  return samples;
}

TEST(SpectralDistanceTest, EqualClipsAreNotApart) {
  const std::vector<float> clip = Sweep(24000, 0.5f);
  EXPECT_EQ(LogSpectralDistance(clip, clip), 0.0);
}

TEST(SpectralDistanceTest, ALevelIsADistanceInDecibels) {
  std::vector<float> noise(24000);
  uint32_t state = 1;
  for (float& sample : noise) {
    state = state * 1664525u + 1013904223u;
    sample = static_cast<float>(state >> 8u) / 8388608.0f - 1.0f;
  }
  std::vector<float> quieter = noise;
  for (float& sample : quieter) sample *= 0.5f;
  EXPECT_NEAR(LogSpectralDistance(noise, quieter), 6.02, 0.02);
}

TEST(SpectralDistanceTest, AShiftCountsOnlyWhereTheLengthIsTheSame) {
  const std::vector<float> clip = Sweep(48000, 0.5f);
  const std::vector<float> later = Sweep(48000, 0.5f, 2560);
  std::vector<float> cut = later;
  cut.resize(clip.size());
  EXPECT_LT(LogSpectralDistance(clip, later), 1.0);
  EXPECT_GT(LogSpectralDistance(clip, cut), 2.0);
}

TEST(SpectralDistanceTest, OneSampleIsAClip) {
  const std::vector<float> one = {0.5f};
  EXPECT_GT(LogSpectralDistance(one, Sweep(24000, 0.5f)), 0.0);
}

}  // namespace
}  // namespace litetts::audio
