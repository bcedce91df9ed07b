#include "server/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace litetts::server {
namespace {

// Beyond it full buckets are dropped, and if there are none, all: a flood from many addresses must
// not fill the memory.
constexpr size_t kMaxClients = 10000;

}  // namespace

double RateLimiter::BurstSize() const { return std::max(1.0, per_minute_ / 4.0); }

void RateLimiter::Refill(Bucket& bucket, double now_seconds) const {
  const double gained = (now_seconds - bucket.filled_at) * per_minute_ / 60.0;
  bucket.tokens = std::min(bucket.tokens + gained, BurstSize());
  bucket.filled_at = now_seconds;
}

void RateLimiter::DropFull(double now_seconds) {
  for (auto client = clients_.begin(); client != clients_.end();) {
    Refill(client->second, now_seconds);
    client = client->second.tokens >= BurstSize() ? clients_.erase(client) : std::next(client);
  }
  if (clients_.size() >= kMaxClients) clients_.clear();
}

std::optional<int> RateLimiter::Refuse(const std::string& client, double now_seconds) {
  if (per_minute_ <= 0) return std::nullopt;
  if (clients_.size() >= kMaxClients && !clients_.contains(client)) DropFull(now_seconds);
  auto [found, is_new] =
      clients_.try_emplace(client, Bucket{.tokens = BurstSize(), .filled_at = now_seconds});
  Bucket& bucket = found->second;
  if (!is_new) Refill(bucket, now_seconds);
  if (bucket.tokens >= 1.0) {
    bucket.tokens -= 1.0;
    return std::nullopt;
  }
  return static_cast<int>(std::ceil((1.0 - bucket.tokens) * 60.0 / per_minute_));
}

}  // namespace litetts::server
