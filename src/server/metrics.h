#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audio/format.h"
#include "base/lru_cache.h"
#include "engine/segment_cache.h"
#include "model/backend.h"
#include "server/alerts.h"
#include "server/phrase_book.h"
#include "server/preloader.h"
#include "server/process.h"
#include "server/scheduler.h"
#include "server/speaker.h"
#include "server/speech_job.h"

namespace litetts::server {

// Counters and histograms in Prometheus' text form. The labels take values from closed lists only.
// Thread-safe.
class Metrics {
 public:
  struct Build {
    std::string version;
    std::string simd_target;
    size_t num_cores = 0;
  };
  explicit Metrics(const Build& build);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // What speaks, once it is loaded.
  void SetBackend(const model::BackendInfo& backend);
  // `route` is an entry of the route table, or "unknown".
  void CountRequest(std::string_view route, int status, double seconds);
  // `voice` is a known voice, or "blend".
  void CountSpeech(const SpeechOutcome& outcome, audio::Format format, std::string_view voice,
                   size_t num_characters);
  // From a request's arrival until the first byte of its audio was handed to the system.
  void CountFirstByte(double seconds);
  // A request that a limit turned away: "queue", "client", "rate", "memory" or "connections"; or
  // that was cut: "slow_reader".
  void CountRefused(std::string_view limit);
  void CountShared();  // a request that joined an equal one in flight
  void SetConnections(size_t count);
  struct Newest {
    std::optional<double> rtf;            // 95 % of the newest syntheses are faster
    std::optional<double> error_percent;  // of the newest, up to 100
  };
  Newest newest() const;
  void SetAlerts(const std::vector<Alert>& alerts);
  // What the caches say by now. Called by one thread at a time or more.
  void SetCaches(const std::vector<std::pair<std::string_view, CacheStats>>& caches,
                 const engine::SegmentCache::Counts& segments);

  void SetMemory(const ProcessMemory& memory);
  void SetModel(const LoadState& model, size_t memory_limit_bytes, double cache_share);
  void SetPreloader(const Preloader::Stats& preloader, const PhraseBook::Stats& phrases);

  std::string Text(const Scheduler::Load& load) const;
  // {"requests":...,"audio_seconds":...} for /performance/stats.
  std::string StatsJson(const Scheduler::Load& load) const;
  std::string TrendJson() const;  // the newest real-time factors

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace litetts::server
