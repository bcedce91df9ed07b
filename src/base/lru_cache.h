#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/cpu.h"
#include "base/mutex.h"

namespace litetts {

// What a cache was asked and holds, for metrics.
struct CacheStats {
  uint64_t num_hits = 0;
  uint64_t num_misses = 0;
  uint64_t num_evictions = 0;  // for room or age; not what Clear() took
  size_t num_entries = 0;
  size_t num_bytes = 0;
  size_t max_bytes = 0;
};

// Values by key, bounded in bytes, in number and in age; the least recently used goes first. A
// value lives on while somebody holds it. Thread-safe.
template <typename Value>
class LruCache {
 public:
  struct Limits {
    size_t max_bytes = 0;  // 0: keeps nothing
    size_t max_entries = std::numeric_limits<size_t>::max();
    double max_age_seconds = 0.0;  // 0: any
  };
  using Ptr = std::shared_ptr<const Value>;

  // List node, map node, key twice, counts: what glibc takes on 64 bits, rounded up.
  static constexpr size_t kEntryBytes = 256;

  explicit LruCache(const Limits& limits, double (*now)() = NowSeconds)
      : now_(now), limits_(limits) {}

  // Null where there is none.
  Ptr Find(std::string_view key) LITETTS_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    Ptr value = Touch(key);
    ++(value != nullptr ? num_hits_ : num_misses_);
    return value;
  }
  // The same without counting.
  Ptr Peek(std::string_view key) LITETTS_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return Touch(key);
  }

  // Replaces a value of that key. `num_bytes`: of the value. What would take more than a quarter of
  // the whole is not kept: it would push out too much that others ask for.
  void Put(std::string_view key, Ptr value, size_t num_bytes) LITETTS_EXCLUDES(mutex_) {
    const size_t cost = num_bytes + 2 * key.size() + kEntryBytes;
    MutexLock lock(mutex_);
    if (const auto found = by_key_.find(key); found != by_key_.end()) Erase(found->second);
    if (cost > limits_.max_bytes / 4 || limits_.max_entries == 0) return;
    entries_.push_front({std::string(key), std::move(value), cost, now_()});
    by_key_.emplace(entries_.front().key, entries_.begin());
    num_bytes_ += cost;
    Shrink();
  }

  // Forgets what `is_unwanted` says; the number of entries that went.
  size_t EraseIf(const std::function<bool(const Value&)>& is_unwanted) LITETTS_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    size_t num_erased = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto next = std::next(entry);
      if (is_unwanted(*entry->value)) {
        Erase(entry);
        ++num_erased;
      }
      entry = next;
    }
    return num_erased;
  }

  void SetLimits(const Limits& limits) LITETTS_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    limits_ = limits;
    Shrink();
  }

  CacheStats stats() const LITETTS_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return {.num_hits = num_hits_,
            .num_misses = num_misses_,
            .num_evictions = num_evictions_,
            .num_entries = entries_.size(),
            .num_bytes = num_bytes_,
            .max_bytes = limits_.max_bytes};
  }

 private:
  struct Entry {
    std::string key;
    Ptr value;
    size_t num_bytes;
    double begin;  // on the clock
  };
  using Place = typename std::list<Entry>::iterator;

  Ptr Touch(std::string_view key) LITETTS_REQUIRES(mutex_) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    const Place entry = found->second;
    if (limits_.max_age_seconds > 0.0 && now_() - entry->begin > limits_.max_age_seconds) {
      Erase(entry);
      ++num_evictions_;
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->value;
  }
  void Erase(Place entry) LITETTS_REQUIRES(mutex_) {
    num_bytes_ -= entry->num_bytes;
    by_key_.erase(entry->key);
    entries_.erase(entry);
  }
  void Shrink() LITETTS_REQUIRES(mutex_) {
    while (num_bytes_ > limits_.max_bytes || entries_.size() > limits_.max_entries) {
      Erase(std::prev(entries_.end()));
      ++num_evictions_;
    }
  }

  double (*const now_)();
  mutable Mutex mutex_;
  Limits limits_ LITETTS_GUARDED_BY(mutex_);
  std::list<Entry> entries_ LITETTS_GUARDED_BY(mutex_);  // the newest first
  std::unordered_map<std::string_view, Place> by_key_
      LITETTS_GUARDED_BY(mutex_);  // keys of the list
  size_t num_bytes_ LITETTS_GUARDED_BY(mutex_) = 0;
  uint64_t num_hits_ LITETTS_GUARDED_BY(mutex_) = 0;
  uint64_t num_misses_ LITETTS_GUARDED_BY(mutex_) = 0;
  uint64_t num_evictions_ LITETTS_GUARDED_BY(mutex_) = 0;
};

}  // namespace litetts
