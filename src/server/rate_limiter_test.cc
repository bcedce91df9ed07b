#include "server/rate_limiter.h"

#include <gtest/gtest.h>

namespace litetts::server {
namespace {

TEST(RateLimiterTest, ZeroMeansNoLimit) {
  RateLimiter limiter;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limiter.Refuse("a", 0), std::nullopt);
  EXPECT_EQ(limiter.num_clients(), 0u);
}

TEST(RateLimiterTest, ABurstPassesThenOneForEachPeriod) {
  RateLimiter limiter;
  limiter.set_requests_per_minute(12);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Refuse("a", 100), std::nullopt) << i;
  EXPECT_EQ(limiter.Refuse("a", 100), 5);
  EXPECT_EQ(limiter.Refuse("b", 100), std::nullopt);  // each client has its own
  EXPECT_EQ(limiter.Refuse("a", 103), 2);
  EXPECT_EQ(limiter.Refuse("a", 105), std::nullopt);
  EXPECT_EQ(limiter.Refuse("a", 105), 5);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Refuse("a", 1e6), std::nullopt) << i;
  EXPECT_NE(limiter.Refuse("a", 1e6), std::nullopt);
}

TEST(RateLimiterTest, ALimitOfOneLetsOnePass) {
  RateLimiter limiter;
  limiter.set_requests_per_minute(1);
  EXPECT_EQ(limiter.Refuse("a", 0), std::nullopt);
  EXPECT_EQ(limiter.Refuse("a", 0), 60);
}

TEST(RateLimiterTest, ManyAddressesDoNotFillTheMemory) {
  RateLimiter limiter;
  limiter.set_requests_per_minute(60);
  for (int i = 0; i < 50000; ++i) limiter.Refuse(std::to_string(i), i);
  EXPECT_LE(limiter.num_clients(), 10001u);
}

}  // namespace
}  // namespace litetts::server
