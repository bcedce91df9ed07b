#include "engine/chunk_sender.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <thread>

#include "text/frontend.h"

namespace litetts::engine {
namespace {

class Recorder : public NullSink {
 public:
  void OnDurationsKnown() override { ++num_durations; }
  Status OnSamples(std::span<const float> more) override {
    std::this_thread::sleep_for(delay);
    samples.insert(samples.end(), more.begin(), more.end());
    return OkStatus();
  }
  std::chrono::milliseconds delay{0};
  size_t num_durations = 0;
  std::vector<float> samples;
};

class ChunkSenderTest : public testing::Test {
 protected:
  ChunkSenderTest() {
    text::Chunk chunk;
    chunk.phonemes = "ab";
    chunk.ids = {1, 2};
    analysis_.chunks = {chunk};
    analysis_.styles.resize(1);
    segment_.durations = {1, 2, 2, 1};
    segment_.samples.resize(6 * model::kSamplesPerFrame, 0.25f);
    EXPECT_TRUE(delivery_.Start(analysis_, 0.0).ok());
  }
  std::span<const float> Part(size_t begin, size_t frames) const {
    return std::span(segment_.samples)
        .subspan(begin * model::kSamplesPerFrame, frames * model::kSamplesPerFrame);
  }

  text::Analysis analysis_;
  Segment segment_;
  Recorder sink_;
  Delivery delivery_{{}, sink_};
  ChunkSender sender_{delivery_, 0, {}};
};

TEST_F(ChunkSenderTest, SendsAWholeChunk) {
  ASSERT_TRUE(sender_.Finish(segment_).ok());
  ASSERT_TRUE(delivery_.Finish().ok());
  EXPECT_EQ(sink_.samples, segment_.samples);
}

TEST_F(ChunkSenderTest, SendsPartsAsTheyComeAndThenTheRest) {
  NetworkListener listener(sink_, 2, 1.0, &sender_);
  listener.OnDurations(segment_.durations);
  EXPECT_EQ(sink_.num_durations, 1u);
  ASSERT_TRUE(listener.OnSamples(Part(0, 2)).ok());
  EXPECT_EQ(sink_.samples.size(), Part(0, 2).size());
  ASSERT_TRUE(listener.OnSamples(Part(2, 1)).ok());
  ASSERT_TRUE(sender_.Finish(segment_).ok());
  ASSERT_TRUE(delivery_.Finish().ok());
  EXPECT_EQ(sink_.samples, segment_.samples);
}

TEST_F(ChunkSenderTest, HoldsBackFromThePartOnThatIsNoAudio) {
  NetworkListener listener(sink_, 2, 1.0, &sender_);
  listener.OnDurations(segment_.durations);
  ASSERT_TRUE(listener.OnSamples(Part(0, 2)).ok());
  std::vector<float> bad(model::kSamplesPerFrame, std::numeric_limits<float>::quiet_NaN());
  ASSERT_TRUE(listener.OnSamples(bad).ok());
  ASSERT_TRUE(listener.OnSamples(Part(3, 3)).ok());
  EXPECT_EQ(sink_.samples.size(), Part(0, 2).size());
  ASSERT_TRUE(sender_.Finish(segment_).ok());  // made in another way
  ASSERT_TRUE(delivery_.Finish().ok());
  EXPECT_EQ(sink_.samples, segment_.samples);
}

TEST_F(ChunkSenderTest, HoldsAllBackWhereTheLengthIsWrong) {
  NetworkListener listener(sink_, 2, 1.0, &sender_);
  listener.OnDurations(std::vector<int32_t>{500, 500, 500, 500});
  ASSERT_TRUE(listener.OnSamples(Part(0, 2)).ok());
  EXPECT_TRUE(sink_.samples.empty());
  ASSERT_TRUE(sender_.Finish(segment_).ok());
}

TEST_F(ChunkSenderTest, TellsHowLongTheListenerTook) {
  EXPECT_EQ(sender_.seconds(), 0.0);
  sink_.delay = std::chrono::milliseconds(20);
  ASSERT_TRUE(sender_.Add(segment_.durations, segment_.samples.size(), Part(0, 2)).ok());
  EXPECT_GE(sender_.seconds(), 0.02);
}

TEST_F(ChunkSenderTest, RefusesARestOfAnotherLength) {
  ASSERT_TRUE(sender_.Add(segment_.durations, segment_.samples.size(), Part(0, 2)).ok());
  segment_.samples.pop_back();
  EXPECT_EQ(sender_.Finish(segment_).code(), StatusCode::kInternal);
}

TEST_F(ChunkSenderTest, HoldsAllBackWhereNoLengthIsTold) {
  NetworkListener listener(sink_, 2, 1.0, &sender_);
  ASSERT_TRUE(listener.OnSamples(Part(0, 6)).ok());
  EXPECT_TRUE(sink_.samples.empty());
  ASSERT_TRUE(sender_.Finish(segment_).ok());
  ASSERT_TRUE(delivery_.Finish().ok());
  EXPECT_EQ(sink_.samples, segment_.samples);
}

TEST_F(ChunkSenderTest, WithoutASenderOnlyTheDurationsAreTold) {
  NetworkListener listener(sink_, 2, 1.0, nullptr);
  listener.OnDurations(segment_.durations);
  ASSERT_TRUE(listener.OnSamples(Part(0, 6)).ok());
  EXPECT_EQ(sink_.num_durations, 1u);
  EXPECT_TRUE(sink_.samples.empty());
}

}  // namespace
}  // namespace litetts::engine
