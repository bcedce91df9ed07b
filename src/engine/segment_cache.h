#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/lru_cache.h"
#include "base/mutex.h"
#include "base/status.h"

namespace litetts::engine {

// What the network made of one chunk, before anything else is done to it.
struct Segment {
  std::vector<int32_t> durations;  // frames per token, both pads included; or empty
  std::vector<float> samples;      // 24 kHz
  std::string voice;               // as it was asked for

  size_t num_bytes() const {
    return sizeof(Segment) + durations.size() * sizeof(int32_t) + samples.size() * sizeof(float) +
           voice.size();
  }
};

class SegmentStore;

// Segments that the network has made, by everything that it makes them of, so that volume, pitch,
// pauses, loudness, rate and format of an answer do not matter. Who asks for a segment that is
// being made waits for it instead of making it again. Thread-safe.
class SegmentCache {
 public:
  struct Options {
    LruCache<Segment>::Limits memory = {};
    bool keeps_first = true;  // false: only what is asked for a second time is kept
    bool shares_work = true;  // false: equal segments at one time are made by each who asks
  };
  enum class Origin { kComputed, kShared, kMemory, kDisk };
  struct Found {
    std::shared_ptr<const Segment> segment;
    Origin origin = Origin::kComputed;
  };
  struct Counts {
    uint64_t num_computed = 0;
    uint64_t num_shared = 0;  // waited for one that was being computed
  };

  // `store`: where segments outlive the process, asked after memory; must outlive the cache. Null:
  // nowhere.
  explicit SegmentCache(const Options& options, SegmentStore* store = nullptr);

  using Compute = std::function<Result<Segment>()>;
  // Runs its argument, which does nothing but wait.
  using Wait = std::function<void(const std::function<void()>&)>;

  // The segment of that key; `compute` makes it where nobody has. What `compute` fails with is
  // returned to its caller only: of others who wait, the next one computes. kCancelled.
  Result<Found> Get(const std::string& key, const Compute& compute, const Wait& wait,
                    const std::atomic<bool>* cancel) LITETTS_EXCLUDES(mutex_);

  // Whether Get() would find the segment in memory. Counts as no use of it.
  bool Has(const std::string& key) { return memory_.Peek(key) != nullptr; }

  // Forgets the segments of a voice in memory; empty: all. How many went.
  size_t Clear(std::string_view voice);
  void SetOptions(const Options& options) LITETTS_EXCLUDES(mutex_);

  CacheStats memory_stats() const { return memory_.stats(); }
  Counts counts() const LITETTS_EXCLUDES(mutex_);

 private:
  struct Flight;

  // Null: this caller computes.
  std::shared_ptr<Flight> JoinFlight(const std::string& key) LITETTS_EXCLUDES(mutex_);
  void EndFlight(const std::string& key, std::shared_ptr<const Segment> segment)
      LITETTS_EXCLUDES(mutex_);
  void Keep(const std::string& key, const std::shared_ptr<const Segment>& segment);
  bool SharesWork() const LITETTS_EXCLUDES(mutex_);

  std::shared_ptr<const Segment> FindOnDisk(const std::string& key);

  LruCache<Segment> memory_;
  SegmentStore* const store_;
  LruCache<char> asked_once_;  // keys, where first ones are not kept
  mutable Mutex mutex_;
  CondVar flight_ended_;
  bool keeps_first_ LITETTS_GUARDED_BY(mutex_);
  bool shares_work_ LITETTS_GUARDED_BY(mutex_);
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights_ LITETTS_GUARDED_BY(mutex_);
  Counts counts_ LITETTS_GUARDED_BY(mutex_);
};

}  // namespace litetts::engine
