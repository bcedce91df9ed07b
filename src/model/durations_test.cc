#include "model/durations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace litetts::model {
namespace {

int64_t Sum(const std::vector<int32_t>& durations) {
  return std::accumulate(durations.begin(), durations.end(), int64_t{0});
}

// Frames of tokens as a voice has them: most short, some pauses.
std::vector<float> SomeFrames(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::gamma_distribution<float> length(3.0f, 0.9f);
  std::vector<float> frames(count);
  for (float& each : frames) each = 0.6f + length(random);
  return frames;
}

TEST(DurationsTest, RoundsHalvesToEvenAndToOneAtLeast) {
  std::vector<int32_t> durations(5);
  Durations::Round(std::vector<float>{0.2f, 1.5f, 2.5f, 3.0f, 7.6f}, 1.0f, durations);
  EXPECT_EQ(durations, (std::vector<int32_t>{1, 2, 2, 3, 8}));
  Durations::Round(std::vector<float>{0.2f, 1.5f, 2.5f, 3.0f, 7.6f}, 2.0f, durations);
  EXPECT_EQ(durations, (std::vector<int32_t>{1, 1, 1, 2, 4}));
}

TEST(DurationsTest, TheWholeKeepsItsRateToAFrame) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const std::vector<float> frames = SomeFrames(10 + 10 * seed, seed);
    std::vector<int32_t> plain(frames.size());
    std::vector<int32_t> durations(frames.size());
    Durations::Round(frames, 1.0f, plain);
    for (const float speed : {0.7f, 0.8f, 0.95f, 1.05f, 1.2f, 1.4f}) {
      Durations::RoundToRate(frames, speed, {}, durations);
      EXPECT_NEAR(static_cast<double>(Sum(durations)),
                  static_cast<double>(Sum(plain)) / static_cast<double>(speed), 1.0)
          << speed << ' ' << seed;
      for (const int32_t each : durations) ASSERT_GE(each, 1);
    }
    Durations::RoundToRate(frames, 1.0f, {}, durations);
    EXPECT_EQ(durations, plain);
  }
}

TEST(DurationsTest, APadThatIsLeftOutStays) {
  const std::vector<float> frames = SomeFrames(60, 7);
  std::vector<int32_t> plain(frames.size());
  std::vector<int32_t> durations(frames.size());
  Durations::Round(frames, 1.0f, plain);
  for (const bool with_start : {false, true}) {
    for (const bool with_end : {false, true}) {
      Durations::RoundToRate(frames, 0.5f, {with_start, with_end}, durations);
      const int64_t fixed = (with_start ? 0 : plain.front()) + (with_end ? 0 : plain.back());
      EXPECT_NEAR(static_cast<double>(Sum(durations) - fixed),
                  2.0 * static_cast<double>(Sum(plain) - fixed), 1.0);
      EXPECT_TRUE(with_start || durations.front() == plain.front());
      EXPECT_TRUE(with_end || durations.back() == plain.back());
    }
  }
}

TEST(DurationsTest, WhatCannotBeShorterIsAsShortAsItCan) {
  std::vector<int32_t> durations(4);
  Durations::RoundToRate(std::vector<float>{1.0f, 1.0f, 1.2f, 1.1f}, 4.0f, {}, durations);
  EXPECT_EQ(durations, (std::vector<int32_t>{1, 1, 1, 1}));
}

}  // namespace
}  // namespace litetts::model
