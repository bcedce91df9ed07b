#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/lru_cache.h"
#include "base/mutex.h"
#include "engine/segment_cache.h"
#include "engine/segment_store.h"
#include "server/config.h"
#include "server/phrase_book.h"
#include "server/preloader.h"
#include "server/response_stream.h"
#include "server/speech_job.h"
#include "server/speech_request.h"

namespace litetts::server {

// An answer that was given before.
struct CachedAnswer {
  ResponseStream::Recording recording;
  std::string voice;
  std::string format;
  double audio_seconds = 0;
  std::vector<std::string> sentences;  // of SpeechOutcome
};

// The caches of a server (docs/caching.md): whole answers as they were sent, and below them what
// the network made. Thread-safe.
class Caches {
 public:
  // `log` must outlive it. Where the disk refuses, there is no cache on it, and the log says why.
  Caches(const ServerConfig& config, LogSink& log);
  void SetConfig(const ServerConfig& config) LITETTS_EXCLUDES(limits_mutex_);
  // In memory they take so much of what the settings allow; from 0 to 1.
  void SetShare(double share) LITETTS_EXCLUDES(limits_mutex_);

  engine::SegmentCache& segments() { return segments_; }
  engine::TextCache& texts() { return texts_; }

  // Null where there is none. `key`: of everything that the bytes depend on.
  std::shared_ptr<const CachedAnswer> FindAnswer(const std::string& key) {
    return answers_.Find(key);
  }
  // Keeps a finished stream.
  void KeepAnswer(const std::string& key, const SpeechRequest& request,
                  const SpeechOutcome& outcome, const ResponseStream& stream);

  // By name, as the label "cache" of the metrics has them.
  std::vector<std::pair<std::string_view, CacheStats>> stats() const;
  std::string StatsJson(const Preloader::Stats& preloader, const PhraseBook::Stats& phrases) const;

  // What to forget; an empty field stands for all.
  struct Selection {
    std::string cache = {};
    std::string voice = {};
    std::string format = {};  // of answers: audio as the network made it has none
  };
  // How many entries went, by name of the cache. kInvalidArgument for an unknown cache.
  Result<std::vector<std::pair<std::string_view, size_t>>> Clear(const Selection& selection);

 private:
  struct Limits {
    LruCache<CachedAnswer>::Limits answers;
    engine::SegmentCache::Options segments;
    engine::TextCache::Limits texts;
  };
  static Limits LimitsOf(const ServerConfig& config);
  void ApplyLimits() LITETTS_REQUIRES(limits_mutex_);

  Mutex limits_mutex_;
  Limits limits_ LITETTS_GUARDED_BY(limits_mutex_);
  double share_ LITETTS_GUARDED_BY(limits_mutex_) = 1;
  LruCache<CachedAnswer> answers_;
  std::unique_ptr<engine::SegmentStore> store_;  // null: none
  engine::SegmentCache segments_;
  engine::TextCache texts_;
};

// Where the cache on disk is: cache.disk_path, or in the data folder.
std::string DiskCachePath(const ServerConfig& config);

// Gives an answer once more: the same bytes, and headers that say where they come from.
std::shared_ptr<ResponseStream> StreamOf(const CachedAnswer& answer);

}  // namespace litetts::server
