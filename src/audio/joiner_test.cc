#include "audio/joiner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "audio/click_detector.h"
#include "audio/edge_trimmer.h"

namespace litetts::audio {
namespace {

void Append(std::vector<float>& to, const std::vector<float>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// A vowel that starts and stops within 2 ms, as hard an edge as speech has: harmonics up to 4 kHz
// and breath.
std::vector<float> Vowel(double pitch_hz, size_t size, std::mt19937& random) {
  std::vector<float> samples(size);
  std::normal_distribution<float> breath(0.0f, 1e-3f);
  for (int harmonic = 1; harmonic * pitch_hz < 4000.0; ++harmonic) {
    const double step = 2.0 * std::numbers::pi * harmonic * pitch_hz / 24000.0;
    for (size_t i = 0; i < size; ++i) {
      samples[i] += static_cast<float>(
          0.2 / harmonic * std::sin(step * static_cast<double>(i) + harmonic * harmonic));
    }
  }
  for (size_t i = 0; i < size; ++i) {
    const auto from_edge = static_cast<float>(std::min(i, size - 1 - i));
    samples[i] = (samples[i] + breath(random)) * std::min(1.0f, from_edge / 48.0f);
  }
  return samples;
}

struct Joined {
  std::vector<float> samples;
  std::vector<size_t> joints;  // where each piece after the first begins
};

// Pieces with silence around, trimmed and joined with `pause`.
Joined Join(const std::vector<std::vector<float>>& pieces, size_t pause) {
  Joined result;
  Joiner joiner;
  for (size_t k = 0; k < pieces.size(); ++k) {
    EdgeTrimmer trimmer({.margin = kJointMargin});
    const std::vector<float> sound = trimmer.Process(pieces[k]);
    const std::vector<float> end = trimmer.Finish();
    if (k > 0) joiner.AddPause(pause);
    Append(result.samples, joiner.BeginPiece(trimmer.start_margin()));
    if (k > 0) result.joints.push_back(joiner.piece_begin());
    Append(result.samples, joiner.Add(sound));
    joiner.EndPiece(end);
  }
  const size_t expected = joiner.num_out_at_end();
  Append(result.samples, joiner.Finish());
  EXPECT_EQ(joiner.num_out(), result.samples.size());
  EXPECT_EQ(expected, result.samples.size());
  return result;
}

std::vector<float> Padded(const std::vector<float>& sound, size_t before, size_t after) {
  std::vector<float> samples(before, 1e-5f);
  Append(samples, sound);
  samples.resize(samples.size() + after, -1e-5f);
  return samples;
}

bool IsSound(float x) { return std::abs(x) > kSilenceAmplitude; }

TEST(JoinerTest, PausesAreExactFromSoundToSound) {
  const std::vector<float> sound(1000, 0.5f);
  int num_combinations = 0;
  for (const size_t before : {0u, 50u, 120u, 7000u}) {
    for (const size_t after : {0u, 60u, 9000u}) {
      for (const size_t pause : {120u, 180u, 240u, 2400u, 12345u, 48000u}) {
        const std::vector<float> piece = Padded(sound, before, after);
        const Joined joined = Join({piece, piece}, pause);
        const auto first =
            std::find_if(joined.samples.begin(), joined.samples.end(), IsSound) + 1000;
        const auto second = std::find_if(first, joined.samples.end(), IsSound);
        EXPECT_EQ(static_cast<size_t>(second - first), pause) << before << " " << after;
        ++num_combinations;
      }
    }
  }
  EXPECT_GE(num_combinations, 50);
}

TEST(JoinerTest, PausesShorterThanTheMarginAreTheMargin) {
  const std::vector<float> piece = Padded(std::vector<float>(1000, 0.5f), 500, 500);
  for (const size_t pause : {0u, 60u, 119u}) {
    const Joined joined = Join({piece, piece}, pause);
    const auto first = std::find_if(joined.samples.begin(), joined.samples.end(), IsSound) + 1000;
    EXPECT_EQ(std::find_if(first, joined.samples.end(), IsSound) - first, 120);
  }
}

TEST(JoinerTest, FiveHundredJointsHaveNoClick) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> pitch(80.0, 250.0);
  std::uniform_int_distribution<size_t> length(2400, 6000);
  std::vector<std::vector<float>> pieces;
  for (int k = 0; k < 501; ++k) {
    pieces.push_back(Padded(Vowel(pitch(random), length(random), random), 3000, 5000));
  }
  for (const size_t pause : {0u, 1200u, 6000u}) {
    const Joined joined = Join(pieces, pause);
    EXPECT_EQ(joined.joints.size(), 500u);
    EXPECT_EQ(CountClicks(joined.samples), 0u) << pause;
  }
}

TEST(JoinerTest, TheClickDetectorHearsWhatAHardCutDoes) {
  std::mt19937 random(7);
  std::vector<float> samples;
  // Cut in the middle of the sound.
  for (int k = 0; k < 20; ++k) {
    const std::vector<float> vowel = Vowel(90.0 + 7.0 * k, 4000, random);
    samples.insert(samples.end(), vowel.begin() + 500, vowel.end() - 500);
    samples.resize(samples.size() + 2400);
  }
  EXPECT_GE(CountClicks(samples), 15u);
}

TEST(JoinerTest, SilenceAtTheEndsOfTheStream) {
  Joiner joiner;
  joiner.AddPause(1000);
  std::vector<float> out = joiner.BeginPiece(0);
  EXPECT_EQ(out.size(), 1000u);
  Append(out, joiner.Add(std::vector<float>(10, 1.0f)));
  joiner.EndPiece(std::vector<float>(120, 0.0f));
  joiner.AddPause(700);
  EXPECT_EQ(joiner.num_out_at_end(), 1710u);
  Append(out, joiner.Finish());
  EXPECT_EQ(out.size(), 1710u);
}

TEST(JoinerTest, TheEndCanBeFilledUp) {
  for (const size_t total : {size_t{50}, size_t{400}}) {
    Joiner joiner;
    std::vector<float> out = joiner.BeginPiece(0);
    Append(out, joiner.Add(std::vector<float>(100, 1.0f)));
    joiner.EndPiece(std::vector<float>(20, 0.0f));
    joiner.FillUpTo(total);
    Append(out, joiner.Finish());
    EXPECT_EQ(out.size(), std::max<size_t>(total, 120));
  }
}

}  // namespace
}  // namespace litetts::audio
