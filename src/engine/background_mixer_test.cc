#include "engine/background_mixer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace litetts::engine {
namespace {

double Level(std::span<const float> samples) {
  double sum = 0.0;
  for (const float sample : samples)
    sum += static_cast<double>(sample) * static_cast<double>(sample);
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

text::Background Bed() { return {.type = "pink", .gain = 0.5}; }

TEST(BackgroundMixerTest, BeginsWhereItIsToldAndIsAsLoudAsAsked) {
  BackgroundMixer mixer;
  mixer.Start(Bed(), 24000);
  std::vector<float> samples(24000 * 6);
  mixer.Mix(samples);
  EXPECT_EQ(Level(std::span(samples).first(24000)), 0.0);
  EXPECT_NEAR(20.0 * std::log10(Level(std::span(samples).subspan(48000)) / 0.05), 0.0, 2.0);
}

TEST(BackgroundMixerTest, FadesInAndOut) {
  text::Background bed = Bed();
  bed.fade_in_seconds = 2.0;
  bed.fade_out_seconds = 1.0;
  BackgroundMixer mixer;
  mixer.Start(bed, 0);
  std::vector<float> samples(24000 * 4);
  mixer.Mix(samples);
  EXPECT_LT(Level(std::span(samples).first(4800)), 0.1 * Level(std::span(samples).last(24000)));
  mixer.Stop(24000 * 4);
  EXPECT_EQ(mixer.end(), 24000u * 5);
  std::vector<float> tail(24000 * 2);
  mixer.Mix(tail);
  EXPECT_GT(Level(std::span(tail).first(2400)), 0.0);
  EXPECT_EQ(Level(std::span(tail).last(24000)), 0.0);
  EXPECT_EQ(mixer.end(), 0u);
}

TEST(BackgroundMixerTest, GivesWayToSpeech) {
  text::Background bed = Bed();
  bed.ducking_decibels = 12.0;
  BackgroundMixer mixer, plain;
  mixer.Start(bed, 0);
  plain.Start(Bed(), 0);
  std::vector<float> speech(24000 * 4);
  for (size_t i = 48000; i < speech.size(); ++i) {
    speech[i] = 0.3f * static_cast<float>(std::sin(2.0 * std::numbers::pi * 200.0 *
                                                   static_cast<double>(i) / 24000.0));
  }
  std::vector<float> ducked = speech, straight = speech;
  mixer.Mix(ducked);
  plain.Mix(straight);
  std::vector<float> left(speech.size()), whole(speech.size());
  for (size_t i = 0; i < speech.size(); ++i) {
    left[i] = ducked[i] - speech[i];
    whole[i] = straight[i] - speech[i];
  }
  EXPECT_NEAR(Level(std::span(left).first(40000)), Level(std::span(whole).first(40000)), 1e-6);
  EXPECT_NEAR(
      20.0 * std::log10(Level(std::span(left).last(24000)) / Level(std::span(whole).last(24000))),
      -12.0, 0.2);
}

TEST(BackgroundMixerTest, PiecesGiveTheSameAsTheWhole) {
  text::Background bed = Bed();
  bed.ducking_decibels = 6.0;
  BackgroundMixer whole, pieces;
  whole.Start(bed, 100);
  pieces.Start(bed, 100);
  std::vector<float> a(10000, 0.02f), b = a;
  whole.Mix(a);
  for (size_t i = 0; i < b.size(); i += 777) {
    pieces.Mix(std::span(b).subspan(i, std::min<size_t>(777, b.size() - i)));
  }
  EXPECT_EQ(a, b);
}

}  // namespace
}  // namespace litetts::engine
