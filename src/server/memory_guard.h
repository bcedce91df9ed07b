#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/mutex.h"

namespace litetts::server {

// Keeps the memory of the process below a limit: first the caches shrink, then new work is refused.
// Thread-safe.
class MemoryGuard {
 public:
  struct Hooks {
    std::function<size_t()> resident_bytes;
    // The caches may take this share of what the settings allow.
    std::function<void(double share)> set_cache_share;
    // Gives back what nobody uses at the moment.
    std::function<void()> free_idle_memory;
  };

  explicit MemoryGuard(Hooks hooks) : hooks_(std::move(hooks)) {}

  void SetLimit(size_t limit_bytes) LITETTS_EXCLUDES(mutex_);  // 0: none
  // To be called once a second.
  void Look() LITETTS_EXCLUDES(mutex_);
  // Why there is no room for new work; none: there is.
  std::optional<std::string> Refuse() const LITETTS_EXCLUDES(mutex_);

  size_t limit_bytes() const LITETTS_EXCLUDES(mutex_);
  double cache_share() const LITETTS_EXCLUDES(mutex_);

 private:
  const Hooks hooks_;
  mutable Mutex mutex_;
  size_t limit_bytes_ LITETTS_GUARDED_BY(mutex_) = 0;
  double cache_share_ LITETTS_GUARDED_BY(mutex_) = 1;
  int num_calm_looks_ LITETTS_GUARDED_BY(mutex_) = 0;
};

}  // namespace litetts::server
