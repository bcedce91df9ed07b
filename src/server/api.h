#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "server/alerts.h"
#include "server/caches.h"
#include "server/config.h"
#include "server/history.h"
#include "server/http_types.h"
#include "server/memory_guard.h"
#include "server/metrics.h"
#include "server/phrase_book.h"
#include "server/preloader.h"
#include "server/rate_limiter.h"
#include "server/response_stream.h"
#include "server/scheduler.h"
#include "server/speaker.h"
#include "text/lexicon_file.h"

namespace litetts::server {

class Api;

using StreamPtr = std::shared_ptr<ResponseStream>;
// Answered at once, or by a worker through a stream.
using Reply = std::variant<HttpResponse, StreamPtr>;

// One line of the table that dispatch, /openapi.json and docs/api.md come from.
struct Route {
  std::string_view method;
  std::string_view path;  // a last part "{id}" stands for any one
  Reply (Api::*handler)(const HttpRequest&);
  std::string_view summary;
  bool is_public = false;  // needs no API key
  bool is_polled = false;  // asked all the time: logged at level debug only
};

std::span<const Route> Routes();

// Of a request about a text that is not spoken.
struct TextReplyFacts {
  double speed = 1;
  double core_seconds_per_audio_second = 0;
};

// What each route does, apart from sockets. Thread-compatible: the network thread calls it; the
// work runs on the scheduler's threads. Outlived by nothing that it started: the destructor waits.
class Api {
 public:
  // `config` may change between calls, on the thread that makes them; OnConfigChanged() then.
  Api(const ServerConfig& config, const Metrics::Build& build, LogSink& log);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // From then on the server is ready. Called once, from any thread.
  void SetSpeaker(std::unique_ptr<const Speaker> speaker);
  void OnConfigChanged();
  void Stop();  // no new work

  struct Match {
    const Route* route = nullptr;  // null: see `error`
    HttpResponse error;            // 404, or 405 with Allow
  };
  static Match FindRoute(std::string_view method, std::string_view path);
  Reply Handle(const Route& route, const HttpRequest& request) {
    return (this->*route.handler)(request);
  }

  Metrics& metrics() { return metrics_; }
  int RetryAfterSeconds() const { return scheduler_.RetryAfterSeconds(); }

  Reply Speech(const HttpRequest& request);
  Reply CaptionedSpeech(const HttpRequest& request);
  Reply GenerateFromPhonemes(const HttpRequest& request);
  Reply Phonemize(const HttpRequest& request);
  Reply TextProcessing(const HttpRequest& request);
  Reply Estimate(const HttpRequest& request);
  Reply Models(const HttpRequest& request);
  Reply AudioModels(const HttpRequest& request);
  Reply OneModel(const HttpRequest& request);
  Reply Voices(const HttpRequest& request);
  Reply OneVoice(const HttpRequest& request);
  Reply VoiceSample(const HttpRequest& request);
  Reply Health(const HttpRequest& request);
  Reply Live(const HttpRequest& request);
  Reply Ready(const HttpRequest& request);
  Reply MetricsText(const HttpRequest& request);
  Reply Stats(const HttpRequest& request);
  Reply RtfTrend(const HttpRequest& request);
  Reply HistoryRows(const HttpRequest& request);
  Reply FollowHistory(const HttpRequest& request);
  Reply QueuePosition(const HttpRequest& request);
  Reply Config(const HttpRequest& request);
  Reply OpenApi(const HttpRequest& request);
  Reply Docs(const HttpRequest& request);
  Reply Blend(const HttpRequest& request);
  Reply Blends(const HttpRequest& request);
  Reply DetectWatermark(const HttpRequest& request);
  Reply DeleteBlend(const HttpRequest& request);
  Reply Page(const HttpRequest& request);
  Reply Hardware(const HttpRequest& request);
  Reply CacheStatistics(const HttpRequest& request);
  Reply ClearCache(const HttpRequest& request);
  Reply NoCloning(const HttpRequest& request);

 private:
  using TextReply = HttpResponse (*)(const text::Analysis& analysis, const TextReplyFacts& facts);

  void ApplyConfig();
  std::optional<HttpResponse> CheckRate(const HttpRequest& request);
  // `voices` must outlive it.
  SpeechLimits LimitsOfRequests(const Speaker& speaker, const VoiceList& voices);
  Reply StartSpeech(const HttpRequest& request, SpeechInput kind);
  Reply StartText(const HttpRequest& request, TextReply reply);
  Reply StartFileWork(const HttpRequest& request, std::function<HttpResponse()> work);
  // `key`: under which the stream is in flight; empty: it is not shared.
  Reply SubmitTo(const StreamPtr& stream, const Scheduler::JobOptions& job, Scheduler::Work work,
                 const std::string& key);
  StreamPtr FindInFlight(const std::string& key) LITETTS_EXCLUDES(in_flight_mutex_);
  void ForgetInFlight(const std::string& key, const ResponseStream* stream)
      LITETTS_EXCLUDES(in_flight_mutex_);
  // The answer that was given to an equal request before; null: there is none.
  StreamPtr FindAnswer(const SpeechRequest& speech, const std::string& key,
                       const HttpRequest& request);
  std::string MetricsNow();
  std::vector<Alert> Alerts() LITETTS_EXCLUDES(thresholds_mutex_);
  void StartPreloader();
  // Speaks into the caches and waits until it is done.
  Status Preload(engine::SpeakRequest speak, const std::atomic<bool>& cancel);
  // What the preloader is to speak next of what was learned; saves what is new now and then.
  std::optional<Phrase> NextLearned();
  Status SpeakLearned(const Phrase& phrase, const std::atomic<bool>& cancel);
  void CountPhrases(const SpeechRequest& speech, const std::vector<std::string>& sentences);
  void SavePhrases();
  // Once a second, on the thread of the history.
  void WatchMemory();
  // Answers in voices that are others now must not be given again.
  void LookForNewVoices();
  void FinishSpeech(const SpeechRequest& speech, const std::string& request_id,
                    const SpeechOutcome& outcome);
  static HttpResponse StillLoading();
  // The server's own lexicon as its file is now; null: none.
  std::shared_ptr<const text::UserLexicon> Lexicon();
  // Of the settings; null: none.
  std::shared_ptr<const audio::WatermarkKey> WatermarkKey() const;
  const Speaker* speaker() const { return speaker_.load(std::memory_order_acquire); }

  const ServerConfig& config_;
  LogSink& log_;
  std::unique_ptr<const Speaker> owned_speaker_;
  std::atomic<const Speaker*> speaker_{nullptr};  // set once, last
  const std::string simd_name_;
  const std::string version_;
  Mutex thresholds_mutex_;
  ServerConfig thresholds_ LITETTS_GUARDED_BY(thresholds_mutex_);  // of alerts
  Metrics metrics_;
  RateLimiter rates_;
  Caches caches_;
  MemoryGuard memory_guard_;
  int num_memory_looks_ = 0;       // the history's thread
  bool history_was_full_ = false;  // the same
  size_t num_voice_changes_ = 0;   // the network thread
  text::LexiconFile lexicon_file_;
  Mutex in_flight_mutex_;
  std::map<std::string, std::weak_ptr<ResponseStream>> in_flight_
      LITETTS_GUARDED_BY(in_flight_mutex_);
  Mutex cards_mutex_;
  std::map<std::string, std::string> cards_ LITETTS_GUARDED_BY(cards_mutex_);  // answers, by voice
  History history_;
  PhraseBook phrases_;
  uint64_t num_evictions_ = 0;  // of segments, when the phrases were last all spoken
  double phrases_saved_ = 0;    // NowSeconds()
  std::string phrases_problem_;
  engine::SpeakRequest preload_;  // with everything but the text
  const double preload_seconds_;
  const double idle_fill_seconds_;
  Preloader preloader_;
  Scheduler scheduler_;  // last: its threads end before anything they use
};

// Built from Routes().
std::string OpenApiDocument(std::string_view version);

}  // namespace litetts::server
