#include "audio/time_stretch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litetts::audio {
namespace {

std::vector<float> Stretch(const TimeStretchOptions& options, const std::vector<float>& samples,
                           size_t piece) {
  TimeStretch stretch(options);
  std::vector<float> out;
  for (size_t i = 0; i < samples.size(); i += piece) {
    const auto more =
        stretch.Process(std::span(samples).subspan(i, std::min(piece, samples.size() - i)));
    out.insert(out.end(), more.begin(), more.end());
  }
  const auto rest = stretch.Finish();
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

std::vector<float> Tone(double hz, size_t size) {
  std::vector<float> samples(size);
  for (size_t i = 0; i < size; ++i) {
    samples[i] = static_cast<float>(
        0.5 * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / 24000.0));
  }
  return samples;
}

// By counting rising zero crossings in the middle.
double FrequencyOf(const std::vector<float>& samples) {
  size_t first = 0, last = 0, count = 0;
  for (size_t i = samples.size() / 4; i < samples.size() * 3 / 4; ++i) {
    if (samples[i] > 0.0f || samples[i + 1] <= 0.0f) continue;
    if (count++ == 0) first = i;
    last = i;
  }
  return static_cast<double>(count - 1) * 24000.0 / static_cast<double>(last - first);
}

TEST(TimeStretchTest, LengthIsExactAndPitchStays) {
  const std::vector<float> tone = Tone(150.0, 48000);
  for (const double tempo : {0.25, 0.5, 0.9, 1.1, 1.5, 2.0, 4.0}) {
    const std::vector<float> out = Stretch({.tempo = tempo}, tone, 1000);
    EXPECT_EQ(out.size(), StretchedLength(48000, tempo)) << tempo;
    EXPECT_NEAR(FrequencyOf(out), 150.0, 3.0) << tempo;
  }
}

TEST(TimeStretchTest, PitchMovesAndLengthStays) {
  const std::vector<float> tone = Tone(150.0, 48000);
  for (const double semitones : {-6.0, -2.0, 1.0, 6.0}) {
    const std::vector<float> out = Stretch({.pitch_semitones = semitones}, tone, 999);
    EXPECT_EQ(out.size(), 48000u);
    EXPECT_NEAR(FrequencyOf(out), 150.0 * std::exp2(semitones / 12.0), 3.0) << semitones;
  }
}

TEST(TimeStretchTest, NothingToDoChangesNoBit) {
  const std::vector<float> tone = Tone(321.0, 5000);
  EXPECT_EQ(Stretch({}, tone, 77), tone);
}

TEST(TimeStretchTest, EventsMoveWithTheTempo) {
  std::vector<float> samples(72000, 0.0f);
  const std::vector<float> burst = Tone(200.0, 4800);
  std::copy(burst.begin(), burst.end(), samples.begin() + 36000);
  for (const double tempo : {0.5, 0.8, 1.25, 2.0, 3.0}) {
    const std::vector<float> out = Stretch({.tempo = tempo}, samples, 4096);
    const auto is_sound = [](float x) { return std::abs(x) > 0.05f; };
    const auto begin = std::find_if(out.begin(), out.end(), is_sound) - out.begin();
    // Pieces of 40 ms are repeated or left out whole: slow speech begins early by most of one.
    EXPECT_NEAR(static_cast<double>(begin) / 24000.0, 1.5 / tempo, tempo < 0.7 ? 0.035 : 0.02)
        << tempo;
  }
}

TEST(TimeStretchTest, ShortAndEmptyInput) {
  EXPECT_TRUE(Stretch({.tempo = 2.0}, {}, 10).empty());
  EXPECT_EQ(Stretch({.tempo = 0.5}, Tone(100.0, 3), 1).size(), 6u);
}

}  // namespace
}  // namespace litetts::audio
