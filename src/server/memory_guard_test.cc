#include "server/memory_guard.h"

#include <gtest/gtest.h>

namespace litetts::server {
namespace {

// A process whose caches take all that they may.
struct Process {
  size_t others = 40;
  size_t caches = 60;
  double share = 1;
  int num_freed = 0;
  MemoryGuard guard{
      {.resident_bytes =
           [this] { return others + static_cast<size_t>(share * static_cast<double>(caches)); },
       .set_cache_share = [this](double s) { share = s; },
       .free_idle_memory = [this] { ++num_freed; }}};
};

TEST(MemoryGuardTest, WithoutALimitNothingHappens) {
  Process process;
  for (int i = 0; i < 20; ++i) process.guard.Look();
  EXPECT_EQ(process.share, 1.0);
  EXPECT_EQ(process.num_freed, 0);
  EXPECT_FALSE(process.guard.Refuse());
}

TEST(MemoryGuardTest, CachesShrinkBeforeWorkIsRefused) {
  Process process;
  process.guard.SetLimit(105);  // 100 are above nine tenths
  EXPECT_FALSE(process.guard.Refuse());
  process.guard.Look();
  EXPECT_EQ(process.share, 0.5);
  EXPECT_EQ(process.num_freed, 1);
  for (int i = 0; i < 5; ++i) process.guard.Look();
  EXPECT_EQ(process.share, 0.5);  // 70 is enough
  EXPECT_EQ(process.guard.cache_share(), 0.5);
}

TEST(MemoryGuardTest, RefusesWhenNothingIsLeftToShrink) {
  Process process;
  process.others = 120;
  process.guard.SetLimit(100);
  for (int i = 0; i < 10; ++i) process.guard.Look();
  EXPECT_EQ(process.share, 0.0);
  ASSERT_TRUE(process.guard.Refuse());
  EXPECT_NE(process.guard.Refuse()->find("memory_limit_mb"), std::string::npos);
  process.others = 90;
  EXPECT_FALSE(process.guard.Refuse());
}

TEST(MemoryGuardTest, CachesGrowAgainWhenItIsCalm) {
  Process process;
  process.others = 120;
  process.guard.SetLimit(100);
  for (int i = 0; i < 10; ++i) process.guard.Look();
  process.others = 10;
  process.guard.Look();
  EXPECT_EQ(process.share, 0.0);  // not at once
  for (int i = 0; i < 9; ++i) process.guard.Look();
  EXPECT_GT(process.share, 0.0);
  for (int i = 0; i < 100; ++i) process.guard.Look();
  EXPECT_EQ(process.share, 1.0);
  process.others = 120;
  process.guard.Look();
  EXPECT_LT(process.share, 1.0);
  process.guard.SetLimit(0);
  process.guard.Look();
  EXPECT_EQ(process.share, 1.0);
}

}  // namespace
}  // namespace litetts::server
