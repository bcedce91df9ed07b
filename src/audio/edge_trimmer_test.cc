#include "audio/edge_trimmer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace litetts::audio {
namespace {

std::vector<float> Speech(size_t before, size_t sound, size_t after) {
  std::vector<float> samples(before + sound + after, 1e-4f);
  for (size_t i = 0; i < sound; ++i) samples[before + i] = i % 3 == 0 ? 0.5f : 0.0f;
  samples[before + sound - 1] = 0.25f;
  return samples;
}

struct Trimmed {
  std::vector<float> samples;
  size_t num_trimmed = 0;
  size_t start_margin = 0;
};

Trimmed Trim(const std::vector<float>& samples, const EdgeTrimmerOptions& options, size_t piece) {
  EdgeTrimmer trimmer(options);
  Trimmed result;
  const auto add = [&](const std::vector<float>& more) {
    result.samples.insert(result.samples.end(), more.begin(), more.end());
  };
  for (size_t i = 0; i < samples.size(); i += piece) {
    add(trimmer.Process(std::span(samples).subspan(i, std::min(piece, samples.size() - i))));
  }
  add(trimmer.Finish());
  result.num_trimmed = trimmer.num_trimmed_at_start();
  result.start_margin = trimmer.start_margin();
  return result;
}

TEST(EdgeTrimmerTest, LeavesTheMarginAndNothingOfTheSoundOut) {
  const std::vector<float> samples = Speech(1000, 500, 800);
  for (const size_t piece : {1u, 7u, 100u, 999u, 1001u, 5000u}) {
    const Trimmed result = Trim(samples, {.margin = 40}, piece);
    EXPECT_EQ(result.samples.size(), 580u) << piece;
    EXPECT_EQ(result.num_trimmed, 960u);
    EXPECT_EQ(result.start_margin, 40u);
    EXPECT_TRUE(std::equal(result.samples.begin(), result.samples.end(), samples.begin() + 960));
  }
}

TEST(EdgeTrimmerTest, KeepsEdgesWhereAsked) {
  const std::vector<float> samples = Speech(100, 50, 80);
  EXPECT_EQ(Trim(samples, {.keep_start = true, .margin = 10}, 33).samples.size(), 160u);
  EXPECT_EQ(Trim(samples, {.keep_end = true, .margin = 10}, 33).samples.size(), 140u);
  EXPECT_EQ(Trim(samples, {.keep_start = true, .keep_end = true}, 33).samples, samples);
}

TEST(EdgeTrimmerTest, ShortSilenceAndSilenceInsideStay) {
  std::vector<float> samples = Speech(5, 50, 3);
  EXPECT_EQ(Trim(samples, {.margin = 10}, 9).samples, samples);
  const std::vector<float> more = Speech(700, 20, 3);
  samples.insert(samples.end(), more.begin(), more.end());
  EXPECT_EQ(Trim(samples, {.margin = 10}, 9).samples, samples);
}

TEST(EdgeTrimmerTest, NothingButSilenceLeavesAtMostTheMargin) {
  EXPECT_EQ(Trim(std::vector<float>(900, 0.0f), {.margin = 10}, 64).samples.size(), 10u);
  EXPECT_TRUE(Trim({}, {.margin = 10}, 64).samples.empty());
}

}  // namespace
}  // namespace litetts::audio
