#include "server/caches.h"

#include <algorithm>
#include <boost/json.hpp>

#include "audio/format.h"
#include "base/file.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kAnswers = "answers";
constexpr std::string_view kSegments = "segments";
constexpr std::string_view kDisk = "disk";
constexpr std::string_view kTexts = "texts";

LruCache<CachedAnswer>::Limits AnswerLimits(const ServerConfig& config) {
  return {.max_bytes = static_cast<size_t>(config.response_cache_mb) << 20,
          .max_age_seconds = config.audio_cache_ttl};
}

engine::SegmentCache::Options SegmentOptions(const ServerConfig& config) {
  return {.memory = {.max_bytes = static_cast<size_t>(config.segment_cache_mb) << 20,
                     .max_age_seconds = config.audio_cache_ttl},
          .keeps_first = config.keeps_first_audio,
          .shares_work = config.shares_work};
}

engine::TextCache::Limits TextLimits(const ServerConfig& config) {
  constexpr size_t kTextBytes = 32 << 10;  // of a text of 40 words, about
  const auto count = static_cast<size_t>(config.text_cache_size);
  return {.max_bytes = count * kTextBytes,
          .max_entries = count,
          .max_age_seconds = config.text_cache_ttl};
}

// What the first making of the audio took is nothing that later answers took.
void RemoveTimes(std::vector<Header>& headers) {
  std::erase_if(headers, [](const Header& header) {
    return header.name == "X-RTF" || header.name == "Server-Timing" || header.name == "X-Cache";
  });
}

std::unique_ptr<engine::SegmentStore> OpenStore(const ServerConfig& config, LogSink& log) {
  if (config.disk_cache_mb == 0 || config.is_private) return nullptr;
  auto store =
      engine::SegmentStore::Open({.path = DiskCachePath(config),
                                  .max_bytes = static_cast<uint64_t>(config.disk_cache_mb) << 20,
                                  .max_age_seconds = config.audio_cache_ttl},
                                 log);
  if (store.ok()) return std::move(*store);
  log.Write(LogLevel::kWarning, Concat("no cache on disk: ", store.status().message()));
  return nullptr;
}

}  // namespace

std::string DiskCachePath(const ServerConfig& config) {
  return config.disk_cache_path.empty() ? HomeFolder() + "/cache/segments.db"
                                        : config.disk_cache_path;
}

Caches::Limits Caches::LimitsOf(const ServerConfig& config) {
  return {AnswerLimits(config), SegmentOptions(config), TextLimits(config)};
}

Caches::Caches(const ServerConfig& config, LogSink& log)
    : limits_(LimitsOf(config)),
      answers_(AnswerLimits(config)),
      store_(OpenStore(config, log)),
      segments_(SegmentOptions(config), store_.get()),
      texts_(TextLimits(config)) {}

void Caches::SetConfig(const ServerConfig& config) {
  MutexLock lock(limits_mutex_);
  limits_ = LimitsOf(config);
  ApplyLimits();
}

void Caches::SetShare(double share) {
  MutexLock lock(limits_mutex_);
  share_ = share;
  ApplyLimits();
}

void Caches::ApplyLimits() {
  const auto shrink = [&](size_t& bytes) {
    bytes = static_cast<size_t>(share_ * static_cast<double>(bytes));
  };
  Limits limits = limits_;
  shrink(limits.answers.max_bytes);
  shrink(limits.segments.memory.max_bytes);
  shrink(limits.texts.max_bytes);
  answers_.SetLimits(limits.answers);
  segments_.SetOptions(limits.segments);
  if (store_ != nullptr) store_->SetMaxAge(limits.segments.memory.max_age_seconds);
  texts_.SetLimits(limits.texts);
}

void Caches::KeepAnswer(const std::string& key, const SpeechRequest& request,
                        const SpeechOutcome& outcome, const ResponseStream& stream) {
  std::optional<ResponseStream::Recording> recording = stream.recording();
  if (!recording) return;
  RemoveTimes(recording->head.headers);
  RemoveTimes(recording->trailers);
  recording->head.headers.push_back({"X-Cache", "hit"});
  auto answer = std::make_shared<CachedAnswer>();
  answer->recording = std::move(*recording);
  answer->voice = request.voice;
  answer->format = audio::FormatName(request.format);
  answer->audio_seconds = outcome.audio_seconds;
  answer->sentences = outcome.sentences;
  size_t num_bytes = answer->recording.num_bytes() + sizeof(CachedAnswer) + answer->voice.size() +
                     answer->format.size();
  for (const std::string& sentence : answer->sentences)
    num_bytes += sizeof(std::string) + sentence.size();
  answers_.Put(key, std::move(answer), num_bytes);
}

std::vector<std::pair<std::string_view, CacheStats>> Caches::stats() const {
  std::vector<std::pair<std::string_view, CacheStats>> all = {{kAnswers, answers_.stats()},
                                                              {kSegments, segments_.memory_stats()},
                                                              {kTexts, texts_.stats()}};
  if (store_ != nullptr) all.emplace_back(kDisk, store_->stats().cache);
  return all;
}

std::string Caches::StatsJson(const Preloader::Stats& preloader,
                              const PhraseBook::Stats& phrases) const {
  json::object caches;
  for (const auto& [name, stats] : stats()) {
    const auto asked = static_cast<double>(stats.num_hits + stats.num_misses);
    caches[name] = {
        {"entries", stats.num_entries},
        {"bytes", stats.num_bytes},
        {"limit_bytes", stats.max_bytes},
        {"hits", stats.num_hits},
        {"misses", stats.num_misses},
        {"evictions", stats.num_evictions},
        {"hit_rate", asked > 0 ? json::value(static_cast<double>(stats.num_hits) / asked)
                               : json::value(nullptr)}};
  }
  if (store_ != nullptr) {
    const engine::SegmentStore::Stats stats = store_->stats();
    caches[kDisk].as_object()["damaged"] = stats.num_damaged;
    caches[kDisk].as_object()["not_written"] = stats.num_dropped;
  }
  const engine::SegmentCache::Counts counts = segments_.counts();
  return json::serialize(json::object{
      {"caches", std::move(caches)},
      {"segments", {{"computed", counts.num_computed}, {"shared", counts.num_shared}}},
      {"preloader",
       {{"spoken", preloader.num_spoken},
        {"learned", preloader.num_learned},
        {"interrupted", preloader.num_interrupted},
        {"seconds", preloader.seconds},
        {"done", preloader.is_done}}},
      {"phrases", {{"learned", phrases.num_phrases}, {"waiting", phrases.num_waiting}}}});
}

Result<std::vector<std::pair<std::string_view, size_t>>> Caches::Clear(const Selection& selection) {
  if (!selection.cache.empty() && selection.cache != kAnswers && selection.cache != kSegments &&
      selection.cache != kDisk && selection.cache != kTexts) {
    return InvalidArgument("there is no cache '", selection.cache, "'; there are ", kAnswers, ", ",
                           kSegments, ", ", kTexts, " and ", kDisk);
  }
  const auto is_meant = [&](std::string_view name) {
    return selection.cache.empty() || selection.cache == name;
  };
  std::vector<std::pair<std::string_view, size_t>> removed;
  if (is_meant(kAnswers)) {
    removed.emplace_back(kAnswers, answers_.EraseIf([&](const CachedAnswer& answer) {
      return (selection.voice.empty() || answer.voice == selection.voice) &&
             (selection.format.empty() || answer.format == selection.format);
    }));
  }
  if (is_meant(kSegments) && selection.format.empty()) {
    removed.emplace_back(kSegments, segments_.Clear(selection.voice));
  }
  const bool is_for_all = selection.voice.empty() && selection.format.empty();
  if (is_meant(kTexts) && is_for_all) {
    removed.emplace_back(kTexts, texts_.EraseIf([](const text::Analysis&) { return true; }));
  }
  if (is_meant(kDisk) && selection.format.empty() && store_ != nullptr) {
    LITETTS_ASSIGN_OR_RETURN(const size_t count, store_->Clear(selection.voice));
    removed.emplace_back(kDisk, count);
  }
  return removed;
}

std::shared_ptr<ResponseStream> StreamOf(const CachedAnswer& answer) {
  return std::make_shared<ResponseStream>(answer.recording);
}

}  // namespace litetts::server
