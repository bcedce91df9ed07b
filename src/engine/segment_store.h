#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/lru_cache.h"
#include "base/status.h"
#include "engine/segment_cache.h"

namespace litetts::engine {

// Segments on disk (docs/formats/segment-store.md), for the next start and for other processes that
// open the same file. What was used least recently goes first. A process that dies while it writes
// damages nothing; an entry whose checksum does not fit, or a file that SQLite cannot read, is
// dropped and counted, never served. Thread-safe.
class SegmentStore {
 public:
  static constexpr uint64_t kMinBytes = 32ull << 20;

  struct Options {
    std::string path;            // of the file; its folder is made
    uint64_t max_bytes = 0;      // with SQLite's own files; at least kMinBytes
    double max_age_seconds = 0;  // 0: any
    bool is_read_only = false;   // looks, and changes nothing
  };
  struct Stats {
    CacheStats cache;
    uint64_t num_damaged = 0;  // entries and files that were dropped
    uint64_t num_dropped = 0;  // not written: the disk was full, or too slow
  };
  struct Check {
    uint64_t num_good = 0;
    uint64_t num_damaged = 0;  // and removed
  };

  // A damaged file is replaced by an empty one. kPermissionDenied and the like; kNotFound where it
  // only looks and nothing is there. `log` must outlive the store.
  static Result<std::unique_ptr<SegmentStore>> Open(const Options& options, LogSink& log);
  // What waits to be written is written.
  ~SegmentStore();
  SegmentStore(const SegmentStore&) = delete;
  SegmentStore& operator=(const SegmentStore&) = delete;

  std::optional<Segment> Find(const std::string& key);
  // Returns at once; a thread writes. What does not fit into the queue is dropped.
  void Put(const std::string& key, std::shared_ptr<const Segment> segment);
  void Flush();                    // until all that was put is written
  void SetMaxAge(double seconds);  // as in Options

  // Forgets the segments of a voice; empty: all. How many went.
  Result<size_t> Clear(std::string_view voice);
  // Reads everything.
  Result<Check> Verify();
  Stats stats() const;

 private:
  class Impl;
  explicit SegmentStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace litetts::engine
