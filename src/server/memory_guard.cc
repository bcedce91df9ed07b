#include "server/memory_guard.h"

#include <algorithm>

#include "base/status.h"

namespace litetts::server {
namespace {

// Of the limit: above, the caches shrink by half at each look; below the other for so many looks,
// they may grow again.
constexpr double kHigh = 0.9;
constexpr double kLow = 0.75;
constexpr int kCalmLooks = 10;
constexpr double kLeastShare = 1.0 / 64;  // less is none

}  // namespace

void MemoryGuard::SetLimit(size_t limit_bytes) {
  MutexLock lock(mutex_);
  limit_bytes_ = limit_bytes;
}

void MemoryGuard::Look() {
  const auto held = static_cast<double>(hooks_.resident_bytes());
  std::optional<double> new_share;
  bool is_high = false;
  {
    MutexLock lock(mutex_);
    const auto limit = static_cast<double>(limit_bytes_);
    is_high = limit > 0 && held > kHigh * limit;
    const bool is_low = limit == 0 || held < kLow * limit;
    num_calm_looks_ = is_low ? num_calm_looks_ + 1 : 0;
    if (is_high && cache_share_ > 0) {
      new_share = cache_share_ / 2 < kLeastShare ? 0 : cache_share_ / 2;
    } else if (cache_share_ < 1 && (limit == 0 || num_calm_looks_ >= kCalmLooks)) {
      new_share = limit == 0 ? 1 : std::clamp(2 * cache_share_, kLeastShare, 1.0);
      num_calm_looks_ = 0;
    }
    if (new_share) cache_share_ = *new_share;
  }
  if (new_share) hooks_.set_cache_share(*new_share);
  if (is_high) hooks_.free_idle_memory();
}

std::optional<std::string> MemoryGuard::Refuse() const {
  const size_t limit = limit_bytes();
  if (limit == 0) return std::nullopt;
  const size_t held = hooks_.resident_bytes();
  if (held <= limit) return std::nullopt;
  return Concat("the server holds ", held >> 20, " MiB of memory, more than its limit of ",
                limit >> 20, " MiB (performance.memory_limit_mb)");
}

size_t MemoryGuard::limit_bytes() const {
  MutexLock lock(mutex_);
  return limit_bytes_;
}

double MemoryGuard::cache_share() const {
  MutexLock lock(mutex_);
  return cache_share_;
}

}  // namespace litetts::server
