#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <boost/json.hpp>
#include <deque>

#include "base/cpu.h"
#include "base/mutex.h"

namespace litetts::server {
namespace {

namespace json = boost::json;
using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Family;
using Buckets = prometheus::Histogram::BucketBoundaries;

constexpr size_t kTrendLength = 100;

Buckets SecondsBuckets() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};
}

std::string StatusClass(int status) { return std::to_string(status / 100) + "xx"; }

std::string LengthClass(size_t num_characters) {
  for (const size_t limit : {50, 200, 1000, 5000}) {
    if (num_characters <= limit) return std::to_string(limit);
  }
  return "more";
}

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  Family<prometheus::Counter>& requests =
      BuildCounter().Name("litetts_requests_total").Help("HTTP requests").Register(registry);
  Family<prometheus::Counter>& speech = BuildCounter()
                                            .Name("litetts_speech_total")
                                            .Help("Syntheses by voice, format and outcome")
                                            .Register(registry);
  Family<prometheus::Histogram>& latency =
      BuildHistogram()
          .Name("litetts_request_seconds")
          .Help("From the head of a request to the end of its answer")
          .Register(registry);
  prometheus::Histogram& first_audio = BuildHistogram()
                                           .Name("litetts_first_audio_seconds")
                                           .Help("From the begin of the work to the first samples")
                                           .Register(registry)
                                           .Add({}, SecondsBuckets());
  prometheus::Histogram& queue = BuildHistogram()
                                     .Name("litetts_queue_seconds")
                                     .Help("Wait before the work began")
                                     .Register(registry)
                                     .Add({}, SecondsBuckets());
  prometheus::Histogram& first_byte =
      BuildHistogram()
          .Name("litetts_first_byte_seconds")
          .Help("From the head of a request to the first byte of its audio on the wire")
          .Register(registry)
          .Add({}, SecondsBuckets());
  Family<prometheus::Histogram>& speech_seconds =
      BuildHistogram()
          .Name("litetts_speech_seconds")
          .Help("From accepting a text to its last sample, by at most so many characters")
          .Register(registry);
  prometheus::Histogram& chunk = BuildHistogram()
                                     .Name("litetts_chunk_audio_seconds")
                                     .Help("Audio of each chunk that the network spoke in one go")
                                     .Register(registry)
                                     .Add({}, Buckets{0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30});
  Family<prometheus::Counter>& refused = BuildCounter()
                                             .Name("litetts_refused_requests_total")
                                             .Help("Requests that a limit turned away")
                                             .Register(registry);
  prometheus::Histogram& rtf =
      BuildHistogram()
          .Name("litetts_rtf")
          .Help("Compute seconds per second of audio")
          .Register(registry)
          .Add({}, Buckets{0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5});
  prometheus::Histogram& duration = BuildHistogram()
                                        .Name("litetts_audio_seconds")
                                        .Help("Length of the answers")
                                        .Register(registry)
                                        .Add({}, Buckets{0.5, 1, 2, 5, 10, 30, 60, 300, 1800});
  prometheus::Counter& audio_total = BuildCounter()
                                         .Name("litetts_audio_seconds_total")
                                         .Help("Audio that the network made, without pauses")
                                         .Register(registry)
                                         .Add({});
  prometheus::Counter& compute_total = BuildCounter()
                                           .Name("litetts_synthesis_seconds_total")
                                           .Help("Time spent in the network")
                                           .Register(registry)
                                           .Add({});
  prometheus::Counter& clipped = BuildCounter()
                                     .Name("litetts_clipped_samples_total")
                                     .Help("Samples outside the range")
                                     .Register(registry)
                                     .Add({});
  prometheus::Counter& retries =
      BuildCounter()
          .Name("litetts_retries_total")
          .Help("Chunks that were made anew because their audio failed its checks")
          .Register(registry)
          .Add({});
  prometheus::Counter& shared = BuildCounter()
                                    .Name("litetts_shared_requests_total")
                                    .Help("Requests that joined an equal one in flight")
                                    .Register(registry)
                                    .Add({});
  Family<prometheus::Gauge>& gauges =
      BuildGauge().Name("litetts_load").Help("Queue, work and connections now").Register(registry);
  prometheus::Gauge& queued = gauges.Add({{"kind", "queued"}});
  prometheus::Gauge& active = gauges.Add({{"kind", "active"}});
  prometheus::Gauge& suspended = gauges.Add({{"kind", "suspended"}});
  prometheus::Gauge& busy_cores = gauges.Add({{"kind", "busy_cores"}});
  prometheus::Gauge& backlog = gauges.Add({{"kind", "backlog_seconds"}});
  prometheus::Gauge& connections = gauges.Add({{"kind", "connections"}});
  Family<prometheus::Gauge>& memory =
      BuildGauge()
          .Name("litetts_memory_bytes")
          .Help(
              "Memory of the process: its share of what others use too, in huge pages, locked, "
              "swapped; read every ten seconds")
          .Register(registry);
  prometheus::Gauge& is_loaded = BuildGauge()
                                     .Name("litetts_model_loaded")
                                     .Help("1 while the model is in memory")
                                     .Register(registry)
                                     .Add({});
  prometheus::Counter& loads = BuildCounter()
                                   .Name("litetts_model_loads_total")
                                   .Help("How often the model was loaded")
                                   .Register(registry)
                                   .Add({});
  prometheus::Gauge& load_seconds = BuildGauge()
                                        .Name("litetts_model_load_seconds")
                                        .Help("What the last loading took")
                                        .Register(registry)
                                        .Add({});
  prometheus::Gauge& cache_share = BuildGauge()
                                       .Name("litetts_cache_share")
                                       .Help(
                                           "What the caches may take of their limits; less than "
                                           "1 where memory is short")
                                       .Register(registry)
                                       .Add({});
  Family<prometheus::Counter>& preloaded =
      BuildCounter()
          .Name("litetts_preloaded_total")
          .Help("Phrases spoken into the caches while nobody asked, and those that a request ended")
          .Register(registry);
  prometheus::Gauge& preload_seconds = BuildGauge()
                                           .Name("litetts_preload_seconds")
                                           .Help("Time that they took")
                                           .Register(registry)
                                           .Add({});
  Family<prometheus::Gauge>& phrases =
      BuildGauge()
          .Name("litetts_phrases")
          .Help("Phrases asked for more than once, and those of them that wait to be spoken")
          .Register(registry);
  Family<prometheus::Gauge>& alerts =
      BuildGauge()
          .Name("litetts_alert")
          .Help("1 where a threshold of the configuration is passed")
          .Register(registry);
  Family<prometheus::Counter>& cache_lookups = BuildCounter()
                                                   .Name("litetts_cache_lookups_total")
                                                   .Help("Asked of the caches, by outcome")
                                                   .Register(registry);
  Family<prometheus::Counter>& cache_evictions =
      BuildCounter()
          .Name("litetts_cache_evictions_total")
          .Help("Entries of the caches that went for room or age")
          .Register(registry);
  Family<prometheus::Gauge>& cache_bytes = BuildGauge()
                                               .Name("litetts_cache_bytes")
                                               .Help("What the caches hold, and may hold")
                                               .Register(registry);
  Family<prometheus::Gauge>& cache_entries =
      BuildGauge().Name("litetts_cache_entries").Help("Entries of the caches").Register(registry);
  Family<prometheus::Counter>& segments =
      BuildCounter()
          .Name("litetts_segments_total")
          .Help("Pieces of audio that the network made, and that were shared while it made them")
          .Register(registry);
  Family<prometheus::Gauge>& build = BuildGauge()
                                         .Name("litetts_build_info")
                                         .Help("Version and SIMD target in use; always 1")
                                         .Register(registry);
  Family<prometheus::Gauge>& backend =
      BuildGauge()
          .Name("litetts_backend_info")
          .Help("Backend, version of its library, model and precision in use; always 1")
          .Register(registry);
  prometheus::Gauge& cores = BuildGauge()
                                 .Name("litetts_cores")
                                 .Help("Cores that synthesis may use")
                                 .Register(registry)
                                 .Add({});
  prometheus::Gauge& cpu = BuildGauge()
                               .Name("litetts_cpu_seconds")
                               .Help("CPU time of the process")
                               .Register(registry)
                               .Add({});
  prometheus::Gauge& mapped = BuildGauge()
                                  .Name("litetts_mapped_bytes")
                                  .Help("Of the memory of the process: files, such as the weights")
                                  .Register(registry)
                                  .Add({});
  prometheus::Gauge& memory_limit = BuildGauge()
                                        .Name("litetts_memory_limit_bytes")
                                        .Help("Memory that the process may hold")
                                        .Register(registry)
                                        .Add({});
  prometheus::Gauge& rss = BuildGauge()
                               .Name("litetts_resident_bytes")
                               .Help("Memory of the process")
                               .Register(registry)
                               .Add({});

  // Raises a counter to what somebody else has counted.
  static void Raise(prometheus::Counter& counter, uint64_t value) {
    counter.Increment(static_cast<double>(value) - counter.Value());
  }

  Mutex caches_mutex;
  mutable Mutex mutex;
  std::deque<bool> failed LITETTS_GUARDED_BY(mutex);  // of the newest syntheses
  std::deque<double> trend LITETTS_GUARDED_BY(mutex);
  size_t num_requests LITETTS_GUARDED_BY(mutex) = 0;
  size_t num_speech LITETTS_GUARDED_BY(mutex) = 0;
  size_t num_failed LITETTS_GUARDED_BY(mutex) = 0;
};

Metrics::Metrics(const Build& build) : state_(std::make_unique<State>()) {
  state_->build.Add({{"version", build.version}, {"simd", build.simd_target}}).Set(1);
  state_->cores.Set(static_cast<double>(build.num_cores));
}
Metrics::~Metrics() = default;

void Metrics::SetBackend(const model::BackendInfo& backend) {
  state_->backend
      .Add({{"backend", backend.name},
            {"version", backend.version},
            {"model", backend.variant},
            {"precision", backend.precision}})
      .Set(1);
}

void Metrics::CountRequest(std::string_view route, int status, double seconds) {
  const std::string name(route);
  state_->requests.Add({{"route", name}, {"status", StatusClass(status)}}).Increment();
  state_->latency.Add({{"route", name}}, SecondsBuckets()).Observe(seconds);
  MutexLock lock(state_->mutex);
  ++state_->num_requests;
}

void Metrics::CountSpeech(const SpeechOutcome& outcome, audio::Format format,
                          std::string_view voice, size_t num_characters) {
  State& s = *state_;
  const std::string result =
      outcome.status.ok() ? "ok" : std::string(StatusCodeName(outcome.status.code()));
  s.speech
      .Add({{"voice", std::string(voice)},
            {"format", std::string(audio::FormatName(format))},
            {"outcome", result}})
      .Increment();
  s.queue.Observe(outcome.queue_seconds);
  if (outcome.status.ok()) {
    s.speech_seconds.Add({{"characters", LengthClass(num_characters)}}, SecondsBuckets())
        .Observe(outcome.queue_seconds + outcome.text_seconds() + outcome.synthesis_seconds() +
                 outcome.encode_seconds);
  }
  s.clipped.Increment(static_cast<double>(outcome.num_clipped));
  s.retries.Increment(static_cast<double>(outcome.num_retries));
  // Cached audio is not made: it would make the network look faster than it is.
  if (outcome.computed_audio_seconds > 0) {
    s.audio_total.Increment(outcome.computed_audio_seconds);
    s.compute_total.Increment(outcome.synthesis_seconds());
  }
  for (const double seconds : outcome.chunk_seconds) s.chunk.Observe(seconds);
  if (outcome.first_audio_seconds > 0) s.first_audio.Observe(outcome.first_audio_seconds);
  const bool is_whole = outcome.status.ok() && outcome.audio_seconds > 0;
  const bool is_computed = outcome.is_computed();
  const double rtf = is_computed ? outcome.rtf() : 0;
  if (is_whole) s.duration.Observe(outcome.audio_seconds);
  if (is_computed) s.rtf.Observe(rtf);
  MutexLock lock(s.mutex);
  ++s.num_speech;
  if (!outcome.status.ok() && outcome.status.code() != StatusCode::kCancelled) ++s.num_failed;
  // What a client asked for and nobody can do says nothing about the server.
  const StatusCode code = outcome.status.code();
  if (code != StatusCode::kCancelled && code != StatusCode::kInvalidArgument &&
      code != StatusCode::kNotFound) {
    s.failed.push_back(code != StatusCode::kOk);
  }
  if (s.failed.size() > kTrendLength) s.failed.pop_front();
  if (!is_computed) return;
  s.trend.push_back(rtf);
  if (s.trend.size() > kTrendLength) s.trend.pop_front();
}

void Metrics::CountFirstByte(double seconds) { state_->first_byte.Observe(seconds); }
void Metrics::CountRefused(std::string_view limit) {
  state_->refused.Add({{"limit", std::string(limit)}}).Increment();
}
void Metrics::CountShared() { state_->shared.Increment(); }
void Metrics::SetConnections(size_t count) { state_->connections.Set(static_cast<double>(count)); }

Metrics::Newest Metrics::newest() const {
  constexpr size_t kFewest = 20;  // fewer say nothing about 95 %
  const State& s = *state_;
  MutexLock lock(s.mutex);
  Newest newest;
  if (s.trend.size() >= kFewest) {
    std::vector<double> sorted(s.trend.begin(), s.trend.end());
    std::sort(sorted.begin(), sorted.end());
    newest.rtf = sorted[(sorted.size() * 95 - 1) / 100];
  }
  if (s.failed.size() >= kFewest) {
    const auto count = std::count(s.failed.begin(), s.failed.end(), true);
    newest.error_percent =
        100.0 * static_cast<double>(count) / static_cast<double>(s.failed.size());
  }
  return newest;
}

void Metrics::SetAlerts(const std::vector<Alert>& alerts) {
  for (const Alert& alert : alerts) {
    state_->alerts.Add({{"kind", std::string(alert.kind)}}).Set(alert.is_raised ? 1 : 0);
  }
}

void Metrics::SetMemory(const ProcessMemory& memory) {
  const auto set = [&](const char* kind, size_t bytes) {
    state_->memory.Add({{"kind", kind}}).Set(static_cast<double>(bytes));
  };
  set("proportional", memory.proportional_bytes);
  set("huge", memory.huge_bytes);
  set("locked", memory.locked_bytes);
  set("swapped", memory.swapped_bytes);
}

void Metrics::SetModel(const LoadState& model, size_t memory_limit_bytes, double cache_share) {
  State& s = *state_;
  MutexLock lock(s.caches_mutex);
  s.is_loaded.Set(model.is_loaded ? 1 : 0);
  s.load_seconds.Set(model.load_seconds);
  State::Raise(s.loads, model.num_loads);
  s.memory_limit.Set(static_cast<double>(memory_limit_bytes));
  s.cache_share.Set(cache_share);
}

void Metrics::SetPreloader(const Preloader::Stats& preloader, const PhraseBook::Stats& phrases) {
  State& s = *state_;
  MutexLock lock(s.caches_mutex);
  State::Raise(s.preloaded.Add({{"kind", "common"}}), preloader.num_spoken);
  State::Raise(s.preloaded.Add({{"kind", "learned"}}), preloader.num_learned);
  State::Raise(s.preloaded.Add({{"kind", "interrupted"}}), preloader.num_interrupted);
  s.preload_seconds.Set(preloader.seconds);
  s.phrases.Add({{"kind", "learned"}}).Set(static_cast<double>(phrases.num_phrases));
  s.phrases.Add({{"kind", "waiting"}}).Set(static_cast<double>(phrases.num_waiting));
}

void Metrics::SetCaches(const std::vector<std::pair<std::string_view, CacheStats>>& caches,
                        const engine::SegmentCache::Counts& segments) {
  State& s = *state_;
  MutexLock lock(s.caches_mutex);
  for (const auto& [cache, stats] : caches) {
    const std::string name(cache);
    State::Raise(s.cache_lookups.Add({{"cache", name}, {"outcome", "hit"}}), stats.num_hits);
    State::Raise(s.cache_lookups.Add({{"cache", name}, {"outcome", "miss"}}), stats.num_misses);
    State::Raise(s.cache_evictions.Add({{"cache", name}}), stats.num_evictions);
    s.cache_bytes.Add({{"cache", name}, {"kind", "held"}})
        .Set(static_cast<double>(stats.num_bytes));
    s.cache_bytes.Add({{"cache", name}, {"kind", "limit"}})
        .Set(static_cast<double>(stats.max_bytes));
    s.cache_entries.Add({{"cache", name}}).Set(static_cast<double>(stats.num_entries));
  }
  State::Raise(s.segments.Add({{"origin", "computed"}}), segments.num_computed);
  State::Raise(s.segments.Add({{"origin", "shared"}}), segments.num_shared);
}

std::string Metrics::Text(const Scheduler::Load& load) const {
  state_->queued.Set(static_cast<double>(load.num_queued));
  state_->active.Set(static_cast<double>(load.num_started));
  state_->suspended.Set(static_cast<double>(load.num_suspended));
  state_->busy_cores.Set(static_cast<double>(load.num_busy_cores));
  state_->backlog.Set(load.backlog_seconds);
  state_->cpu.Set(ProcessCpuSeconds());
  state_->mapped.Set(static_cast<double>(MappedBytes()));
  state_->rss.Set(static_cast<double>(ResidentBytes()));
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

std::string Metrics::StatsJson(const Scheduler::Load& load) const {
  MutexLock lock(state_->mutex);
  double sum = 0;
  for (const double rtf : state_->trend) sum += rtf;
  const json::value mean = state_->trend.empty()
                               ? json::value(nullptr)
                               : json::value(sum / static_cast<double>(state_->trend.size()));
  return json::serialize(
      json::object{{"requests", state_->num_requests},
                   {"syntheses", state_->num_speech},
                   {"failed_syntheses", state_->num_failed},
                   {"audio_seconds", state_->audio_total.Value()},
                   {"synthesis_seconds", state_->compute_total.Value()},
                   {"mean_rtf", mean},
                   {"queued", load.num_queued},
                   {"active", load.num_started},
                   {"busy_cores", load.num_busy_cores},
                   {"backlog_seconds", load.backlog_seconds},
                   {"core_seconds_per_audio_second", load.core_seconds_per_audio_second},
                   {"resident_bytes", ResidentBytes()}});
}

std::string Metrics::TrendJson() const {
  MutexLock lock(state_->mutex);
  json::array values;
  for (const double rtf : state_->trend) values.emplace_back(rtf);
  return json::serialize(json::object{{"rtf", std::move(values)}, {"oldest_first", true}});
}

}  // namespace litetts::server
