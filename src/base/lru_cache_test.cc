#include "base/lru_cache.h"

#include <gtest/gtest.h>

namespace litetts {
namespace {

double fake_now = 0.0;
double FakeNow() { return fake_now; }

using Cache = LruCache<std::string>;

void PutText(Cache& cache, std::string_view key, size_t size) {
  cache.Put(key, std::make_shared<const std::string>(size, 'x'), size);
}

TEST(LruCacheTest, FindsWhatItWasGivenAndCounts) {
  Cache cache({.max_bytes = 100'000});
  EXPECT_EQ(cache.Find("a"), nullptr);
  PutText(cache, "a", 10);
  ASSERT_NE(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.Find("a")->size(), 10u);
  EXPECT_EQ(cache.stats().num_hits, 2u);
  EXPECT_EQ(cache.stats().num_misses, 1u);
  EXPECT_NE(cache.Peek("a"), nullptr);
  EXPECT_EQ(cache.stats().num_hits, 2u);
}

TEST(LruCacheTest, TheLeastRecentlyUsedMakesRoom) {
  Cache cache({.max_bytes = 8'000});
  for (const char* key : {"a", "b", "c"}) PutText(cache, key, 1'700);
  cache.Find("a");
  for (const char* key : {"d", "e"}) PutText(cache, key, 1'700);
  EXPECT_NE(cache.Peek("a"), nullptr);
  EXPECT_EQ(cache.Peek("b"), nullptr);
  EXPECT_EQ(cache.stats().num_evictions, 1u);
  EXPECT_LE(cache.stats().num_bytes, 8'000u);
}

TEST(LruCacheTest, AReplacedValueIsNotCountedTwice) {
  Cache cache({.max_bytes = 100'000});
  PutText(cache, "a", 1'000);
  PutText(cache, "a", 3'000);
  EXPECT_EQ(cache.stats().num_entries, 1u);
  EXPECT_LT(cache.stats().num_bytes, 4'000u);
  EXPECT_EQ(cache.Find("a")->size(), 3'000u);
}

TEST(LruCacheTest, WhatIsTooLargeIsNotKept) {
  Cache cache({.max_bytes = 8'000});
  PutText(cache, "small", 100);
  PutText(cache, "large", 2'000);
  EXPECT_NE(cache.Peek("small"), nullptr);
  EXPECT_EQ(cache.Peek("large"), nullptr);
  Cache none({.max_bytes = 0});
  PutText(none, "small", 1);
  EXPECT_EQ(none.stats().num_entries, 0u);
}

TEST(LruCacheTest, ForgetsWhatIsOld) {
  fake_now = 100.0;
  Cache cache({.max_bytes = 100'000, .max_age_seconds = 10.0}, FakeNow);
  PutText(cache, "a", 10);
  fake_now = 109.0;
  EXPECT_NE(cache.Find("a"), nullptr);
  fake_now = 111.0;  // use does not make it younger
  EXPECT_EQ(cache.Find("a"), nullptr);
  EXPECT_EQ(cache.stats().num_entries, 0u);
}

TEST(LruCacheTest, NewLimitsCountAtOnce) {
  Cache cache({.max_bytes = 100'000});
  for (const char* key : {"a", "b", "c", "d"}) PutText(cache, key, 1'000);
  cache.SetLimits({.max_bytes = 100'000, .max_entries = 3});
  EXPECT_EQ(cache.stats().num_entries, 3u);
  cache.SetLimits({.max_bytes = 3'000});
  EXPECT_EQ(cache.stats().num_entries, 2u);
  EXPECT_NE(cache.Peek("d"), nullptr);
}

TEST(LruCacheTest, ErasesBySelection) {
  Cache cache({.max_bytes = 100'000});
  PutText(cache, "a", 1);
  PutText(cache, "b", 2);
  EXPECT_EQ(cache.EraseIf([](const std::string& value) { return value.size() == 1; }), 1u);
  EXPECT_EQ(cache.Peek("a"), nullptr);
  EXPECT_NE(cache.Peek("b"), nullptr);
}

// The bytes that are counted are those that the process grows by.
TEST(LruCacheTest, CountsWhatItTakes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizers' allocators take more";
#endif
  Cache cache({.max_bytes = 64 << 20});
  const size_t before = ResidentBytes();
  for (int i = 0; i < 60'000; ++i) PutText(cache, "a key of some length " + std::to_string(i), 700);
  const auto grown = static_cast<double>(ResidentBytes() - before);
  const auto counted = static_cast<double>(cache.stats().num_bytes);
  EXPECT_GT(counted, 0.95 * grown);
  EXPECT_LT(counted, 1.4 * grown);
}

}  // namespace
}  // namespace litetts
