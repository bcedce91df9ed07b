#include "audio/limiter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "audio/click_detector.h"
#include "audio/loudness.h"
#include "audio/resampler.h"

namespace litetts::audio {
namespace {

std::vector<float> Limit(const std::vector<float>& samples, size_t piece) {
  TruePeakLimiter limiter;
  std::vector<float> out;
  for (size_t i = 0; i < samples.size(); i += piece) {
    const auto more =
        limiter.Process(std::span(samples).subspan(i, std::min(piece, samples.size() - i)));
    out.insert(out.end(), more.begin(), more.end());
  }
  const auto rest = limiter.Finish();
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

// At 192 kHz by soxr, not by our own interpolator.
double TruePeakOf(const std::vector<float>& samples) {
  Result<Resampler> resampler = Resampler::Create({.from_hz = 24000, .to_hz = 192000});
  std::vector<float> fine = *resampler->Process(samples);
  const std::vector<float> rest = *resampler->Finish();
  fine.insert(fine.end(), rest.begin(), rest.end());
  const auto [least, most] = std::ranges::minmax(fine);
  return static_cast<double>(std::max(-least, most));
}

std::vector<float> Bursts(float amplitude, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0.0f, 0.03f);
  std::vector<float> samples(48000);
  const double hz = 100.0 + static_cast<double>(random() % 10000);
  for (size_t i = 0; i < samples.size(); ++i) {
    const bool is_loud = i / 6000 % 2 == 1;
    samples[i] = static_cast<float>(
                     std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / 24000.0)) *
                     (is_loud ? amplitude : 0.1f) +
                 noise(random);
  }
  return samples;
}

TEST(LimiterTest, TruePeakStaysBelowMinusOneDecibel) {
  for (uint32_t seed = 0; seed < 100; ++seed) {
    const std::vector<float> samples = Bursts(0.5f + 0.05f * static_cast<float>(seed), seed);
    const std::vector<float> out = Limit(samples, 512);
    ASSERT_EQ(out.size(), samples.size());
    EXPECT_LE(20.0 * std::log10(TruePeakOf(out)), -1.0) << seed;
  }
}

TEST(LimiterTest, WhereNoPeakIsNearNoBitChanges) {
  const std::vector<float> quiet = Bursts(0.6f, 3);
  EXPECT_EQ(Limit(quiet, 700), quiet);
  std::vector<float> samples = quiet;
  samples[20000] = 3.0f;
  const std::vector<float> out = Limit(samples, 700);
  EXPECT_TRUE(std::equal(out.begin(), out.begin() + 19700, quiet.begin()));
  EXPECT_TRUE(std::equal(out.begin() + 26000, out.end(), quiet.begin() + 26000));
  EXPECT_LT(std::abs(out[20000]), 0.9f);
}

TEST(LimiterTest, PiecesDoNotMatter) {
  const std::vector<float> samples = Bursts(2.0f, 5);
  const std::vector<float> whole = Limit(samples, samples.size());
  for (const size_t piece : {1u, 13u, 4096u}) EXPECT_EQ(Limit(samples, piece), whole);
  EXPECT_TRUE(Limit({}, 1).empty());
  EXPECT_EQ(Limit({0.5f, -0.25f}, 1), (std::vector<float>{0.5f, -0.25f}));
}

TEST(LimiterTest, TurnsDownWithoutAClick) {
  std::vector<float> samples(48000);
  for (size_t i = 0; i < samples.size(); ++i) {
    const double turns = 2.0 * std::numbers::pi * static_cast<double>(i) / 24000.0;
    const double amplitude = 1.25 + 0.75 * std::sin(3.0 * turns);
    samples[i] = static_cast<float>(amplitude * std::sin(200.0 * turns));
  }
  EXPECT_EQ(CountClicks(Limit(samples, 480)), 0u);
}

TEST(LoudnessTest, AToneHasTheLoudnessOfTheStandard) {
  // EBU Tech 3341: 1 kHz in both channels at -23 dBFS is -23 LUFS; one channel is 3 LU less.
  std::vector<float> tone(24000 * 5);
  for (size_t i = 0; i < tone.size(); ++i) {
    const double phase = 2.0 * std::numbers::pi * 1000.0 * static_cast<double>(i) / 24000.0;
    tone[i] = static_cast<float>(std::pow(10.0, -23.0 / 20.0) * std::sin(phase));
  }
  LoudnessMeter meter;
  EXPECT_FALSE(meter.integrated());
  meter.Add(tone);
  EXPECT_NEAR(*meter.integrated(), -26.0, 0.1);
}

}  // namespace
}  // namespace litetts::audio
