#include "engine/segment_cache.h"

#include <gtest/gtest.h>

#include <thread>

namespace litetts::engine {
namespace {

const SegmentCache::Wait kJustWait = [](const std::function<void()>& wait) { wait(); };

Segment MakeSegment(float value) {
  return {.durations = {1, 2, 1}, .samples = std::vector<float>(2400, value), .voice = "af_heart"};
}

SegmentCache::Compute Makes(float value, int& num_runs) {
  return [value, &num_runs]() -> Result<Segment> {
    ++num_runs;
    return MakeSegment(value);
  };
}

constexpr SegmentCache::Options kOneMegabyte = {.memory = {.max_bytes = 1 << 20}};

TEST(SegmentCacheTest, MakesEachSegmentOnce) {
  SegmentCache cache(kOneMegabyte);
  int num_runs = 0;
  const auto first = cache.Get("a", Makes(1.0f, num_runs), kJustWait, nullptr);
  const auto again = cache.Get("a", Makes(2.0f, num_runs), kJustWait, nullptr);
  const auto other = cache.Get("b", Makes(3.0f, num_runs), kJustWait, nullptr);
  ASSERT_TRUE(first.ok() && again.ok() && other.ok());
  EXPECT_EQ(first->origin, SegmentCache::Origin::kComputed);
  EXPECT_EQ(again->origin, SegmentCache::Origin::kMemory);
  EXPECT_EQ(again->segment->samples, first->segment->samples);
  EXPECT_EQ(other->segment->samples[0], 3.0f);
  EXPECT_EQ(num_runs, 2);
}

TEST(SegmentCacheTest, EqualRequestsShareOneComputation) {
  SegmentCache cache({.memory = {}});  // nothing is kept: only sharing can save work
  std::atomic<int> num_runs = 0;
  constexpr int kThreads = 8;
  std::atomic<int> num_waiting = 0;
  const SegmentCache::Compute compute = [&]() -> Result<Segment> {
    ++num_runs;
    while (num_waiting < kThreads - 1) std::this_thread::yield();
    return MakeSegment(1.0f);
  };
  const SegmentCache::Wait wait = [&](const std::function<void()>& sleep) {
    ++num_waiting;
    sleep();
  };
  std::vector<std::thread> threads;
  std::atomic<int> num_right = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const auto found = cache.Get("a", compute, wait, nullptr);
      if (found.ok() && found->segment->samples[0] == 1.0f) ++num_right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(num_right, kThreads);
  EXPECT_EQ(num_runs, 1);
  EXPECT_EQ(cache.counts().num_computed, 1u);
  EXPECT_EQ(cache.counts().num_shared, kThreads - 1u);
}

TEST(SegmentCacheTest, WhoWaitsComputesWhereTheFirstFails) {
  SegmentCache cache(kOneMegabyte);
  std::atomic<bool> has_begun = false;
  std::atomic<bool> is_waiting = false;
  std::thread first([&] {
    const auto found = cache.Get(
        "a",
        [&]() -> Result<Segment> {
          has_begun = true;
          while (!is_waiting) std::this_thread::yield();
          return Cancelled("gone");
        },
        kJustWait, nullptr);
    EXPECT_EQ(found.status().code(), StatusCode::kCancelled);
  });
  while (!has_begun) std::this_thread::yield();
  int num_runs = 0;
  std::optional<Result<SegmentCache::Found>> found;
  std::thread second([&] {
    found = cache.Get(
        "a", Makes(2.0f, num_runs),
        [&](const std::function<void()>& sleep) {
          is_waiting = true;
          sleep();
        },
        nullptr);
  });
  first.join();
  second.join();
  ASSERT_TRUE(found->ok());
  EXPECT_EQ((*found)->segment->samples[0], 2.0f);
  EXPECT_EQ(num_runs, 1);
}

TEST(SegmentCacheTest, WhoWaitsMayGo) {
  SegmentCache cache(kOneMegabyte);
  std::atomic<bool> has_begun = false;
  std::atomic<bool> may_end = false;
  std::thread first([&] {
    (void)cache.Get(
        "a",
        [&]() -> Result<Segment> {
          has_begun = true;
          while (!may_end) std::this_thread::yield();
          return MakeSegment(1.0f);
        },
        kJustWait, nullptr);
  });
  while (!has_begun) std::this_thread::yield();
  const std::atomic<bool> cancel = true;
  int num_runs = 0;
  EXPECT_EQ(cache.Get("a", Makes(2.0f, num_runs), kJustWait, &cancel).status().code(),
            StatusCode::kCancelled);
  EXPECT_EQ(num_runs, 0);
  may_end = true;
  first.join();
}

TEST(SegmentCacheTest, AFailureIsNotKept) {
  SegmentCache cache(kOneMegabyte);
  const auto failed = cache.Get(
      "a", []() -> Result<Segment> { return Internal("no"); }, kJustWait, nullptr);
  EXPECT_EQ(failed.status().code(), StatusCode::kInternal);
  int num_runs = 0;
  EXPECT_TRUE(cache.Get("a", Makes(1.0f, num_runs), kJustWait, nullptr).ok());
  EXPECT_EQ(num_runs, 1);
}

TEST(SegmentCacheTest, MayKeepOnlyWhatIsAskedAgain) {
  SegmentCache::Options options = kOneMegabyte;
  options.keeps_first = false;
  SegmentCache cache(options);
  int num_runs = 0;
  for (int i = 0; i < 3; ++i) (void)cache.Get("a", Makes(1.0f, num_runs), kJustWait, nullptr);
  EXPECT_EQ(num_runs, 2);
}

TEST(SegmentCacheTest, ForgetsByVoice) {
  SegmentCache cache(kOneMegabyte);
  int num_runs = 0;
  (void)cache.Get("a", Makes(1.0f, num_runs), kJustWait, nullptr);
  EXPECT_EQ(cache.Clear("af_sky"), 0u);
  EXPECT_EQ(cache.Clear("af_heart"), 1u);
  EXPECT_EQ(cache.memory_stats().num_bytes, 0u);
}

TEST(SegmentCacheTest, MemoryStaysWithinItsLimit) {
  SegmentCache cache({.memory = {.max_bytes = 200'000}});
  int num_runs = 0;
  for (int i = 0; i < 100; ++i) {
    (void)cache.Get(Concat("key ", i), Makes(1.0f, num_runs), kJustWait, nullptr);
    EXPECT_LE(cache.memory_stats().num_bytes, 200'000u);
  }
  EXPECT_GT(cache.memory_stats().num_bytes, 180'000u);
  EXPECT_GT(cache.memory_stats().num_evictions, 0u);
}

}  // namespace
}  // namespace litetts::engine
