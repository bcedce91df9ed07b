#include "engine/checked_synthesis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "text/phonemes.h"

namespace litetts::engine {
namespace {

constexpr int32_t kSpace = static_cast<uint8_t>(text::phone::kSpace);

// A tone of 0.1 s a token.
Segment Good(size_t num_tokens, float level = 0.3f) {
  Segment segment;
  segment.durations.assign(num_tokens + 2, 4);
  segment.durations.front() = segment.durations.back() = 1;
  segment.samples.resize((4 * num_tokens + 2) * 600);
  for (size_t i = 0; i < segment.samples.size(); ++i) {
    segment.samples[i] = level * std::sin(0.1f * static_cast<float>(i));
  }
  return segment;
}

std::string Problem(const Segment& segment, size_t num_tokens = 10, double speed = 1.0) {
  return CheckSegment(segment, num_tokens, speed).message();
}

TEST(CheckSegmentTest, GoodAudioPasses) {
  EXPECT_EQ(Problem(Good(10)), "");
  EXPECT_EQ(Problem(Good(1), 1), "");
  EXPECT_EQ(Problem(Good(10, 0.003f)), "");  // a whisper
  EXPECT_EQ(Problem(Good(10), 10, 1.4), "");
  EXPECT_EQ(Problem(Good(10), 10, 0.7), "");
}

TEST(CheckSegmentTest, ThePeaksOfGoodVoicesPass) {
  Segment segment = Good(10);
  for (size_t i = 0; i < segment.samples.size() / 70; ++i) segment.samples[i * 60] = 1.9f;
  EXPECT_EQ(Problem(segment), "");
}

TEST(CheckSegmentTest, WhatIsNoSpeechFails) {
  Segment segment = Good(10);
  segment.samples[7000] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(Problem(segment).find("no number"), std::string::npos);
  segment.samples[7000] = std::numeric_limits<float>::infinity();
  EXPECT_NE(Problem(segment).find("no number"), std::string::npos);
  EXPECT_NE(Problem(Good(10, 0.0f)).find("silent"), std::string::npos);
  EXPECT_NE(Problem(Good(10, 5.0f)).find("beyond full scale"), std::string::npos);
  segment = Good(10);
  segment.samples[0] = 20.0f;
  EXPECT_NE(Problem(segment).find("20 times"), std::string::npos);
  EXPECT_NE(Problem(Good(20), 1).find("last"), std::string::npos);
  EXPECT_NE(Problem(Good(10), 200).find("last"), std::string::npos);
  EXPECT_NE(Problem({}, 1).find("last"), std::string::npos);
}

TEST(MakeSegmentTest, TriesOtherWaysUntilOneIsGood) {
  // Fourteen tokens; the space in the middle is at 7.
  std::vector<int32_t> tokens(14, 50);
  tokens[3] = tokens[7] = tokens[11] = kSpace;
  std::vector<std::string> calls;
  size_t num_bad = 2;
  size_t num_retries = 0;
  CheckedSynthesis synthesis;
  synthesis.max_retries = 3;
  synthesis.run = [&](std::span<const int32_t> part, bool is_exact) -> Result<Segment> {
    calls.push_back(Concat(part.size(), is_exact ? " exact" : " fast"));
    return Good(part.size(), calls.size() <= num_bad ? 0.0f : 0.3f);
  };
  synthesis.on_retry = [&](const Status& problem) {
    EXPECT_NE(problem.message().find("silent"), std::string::npos);
    ++num_retries;
  };
  const Result<Segment> made = MakeSegment(tokens, synthesis);
  ASSERT_TRUE(made.ok()) << made.status().ToString();
  EXPECT_EQ(calls, (std::vector<std::string>{"14 fast", "14 exact", "7 exact", "6 exact"}));
  EXPECT_EQ(num_retries, 2u);
  // One entry for each token and pad, and a frame for each 600 samples, as from one run.
  EXPECT_EQ(made->durations.size(), tokens.size() + 2);
  int32_t num_frames = 0;
  for (const int32_t frames : made->durations) num_frames += frames;
  EXPECT_EQ(static_cast<size_t>(num_frames) * 600, made->samples.size());
  EXPECT_EQ(made->durations[8], 2);  // the space: both pads
}

TEST(MakeSegmentTest, BadAudioIsNeverReturned) {
  size_t num_runs = 0;
  CheckedSynthesis synthesis;
  synthesis.run = [&](std::span<const int32_t> part, bool) -> Result<Segment> {
    ++num_runs;
    return Good(part.size(), 0.0f);
  };
  const std::vector<int32_t> tokens(5, 50);
  for (const size_t max_retries : {0u, 1u, 2u}) {
    num_runs = 0;
    synthesis.max_retries = max_retries;
    EXPECT_EQ(MakeSegment(tokens, synthesis).status().code(), StatusCode::kInternal);
    EXPECT_EQ(num_runs, max_retries + 1);
  }
}

TEST(MakeSegmentTest, AnErrorOfTheNetworkIsNotRetried) {
  size_t num_runs = 0;
  CheckedSynthesis synthesis;
  synthesis.max_retries = 3;
  synthesis.run = [&](std::span<const int32_t>, bool) -> Result<Segment> {
    ++num_runs;
    return Cancelled("gone");
  };
  EXPECT_EQ(MakeSegment(std::vector<int32_t>(5, 50), synthesis).status().code(),
            StatusCode::kCancelled);
  EXPECT_EQ(num_runs, 1u);
}

TEST(AttemptsTest, GoFromExactToEverSmallerParts) {
  EXPECT_EQ(AttemptsAfterFirst(false, 3).size(), 3u);
  EXPECT_EQ(AttemptsAfterFirst(false, 3)[0].num_parts, 1u);
  EXPECT_EQ(AttemptsAfterFirst(false, 3)[2].num_parts, 4u);
  EXPECT_EQ(AttemptsAfterFirst(true, 1)[0].num_parts, 2u);
}

}  // namespace
}  // namespace litetts::engine
