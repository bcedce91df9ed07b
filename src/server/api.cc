#include "server/api.h"

#include <algorithm>
#include <utility>

#include "base/cpu.h"
#include "base/file.h"
#include "model/blend.h"
#include "server/api_error.h"
#include "server/process.h"
#include "server/speech_job.h"
#include "server/speech_request.h"
#include "text/user_lexicon.h"

namespace litetts::server {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/", &Api::Page, "The studio, a page to type and listen", true},
    {"GET", "/dashboard", &Api::Page, "The dashboard, a page to watch the server", true},
    {"GET", "/assets/{id}", &Api::Page, "What the pages are made of", true},
    {"POST", "/v1/audio/speech", &Api::Speech, "Speak a text (OpenAI)"},
    {"POST", "/v1/audio/stream", &Api::Speech, "The same"},
    {"POST", "/v1/audio/speech/stream", &Api::Speech, "The same"},
    {"POST", "/v1/audio/speech/audio/speech", &Api::Speech, "The same, as OpenWebUI asks"},
    {"POST", "/v1/audio/stream/audio/speech", &Api::Speech, "The same, as OpenWebUI asks"},
    {"POST", "/audio/speech", &Api::Speech, "The same"},
    {"POST", "/v1/audio/detect", &Api::DetectWatermark,
     "Look for the server's watermark in an audio file"},
    {"GET", "/v1/models", &Api::Models, "The model names"},
    {"GET", "/v1/models/{id}", &Api::OneModel, "One model"},
    {"GET", "/v1/audio/models", &Api::AudioModels, "The model names, as OpenWebUI asks"},
    {"GET", "/v1/audio/voices", &Api::Voices, "The voices"},
    {"GET", "/v1/voices", &Api::Voices, "The voices"},
    {"GET", "/voices", &Api::Voices, "The voices"},
    {"GET", "/v1/voices/{id}", &Api::OneVoice, "One voice, and what was measured of it"},
    {"GET", "/v1/voices/sample/{id}", &Api::VoiceSample, "A voice speaks"},
    {"POST", "/dev/phonemize", &Api::Phonemize, "Text to phonemes (Kokoro-FastAPI)"},
    {"POST", "/dev/generate_from_phonemes", &Api::GenerateFromPhonemes,
     "Phonemes to audio (Kokoro-FastAPI)"},
    {"POST", "/dev/captioned_speech", &Api::CaptionedSpeech,
     "Audio and the times of its words, as JSON (Kokoro-FastAPI)"},
    {"POST", "/diagnostics/text-processing", &Api::TextProcessing,
     "How a text is read, token by token"},
    {"GET", "/diagnostics/hardware", &Api::Hardware,
     "What of this machine decides how well it speaks"},
    {"POST", "/estimate", &Api::Estimate, "Expected audio and compute seconds of a text"},
    {"GET", "/health", &Api::Health, "State of the server", true},
    {"GET", "/v1/health", &Api::Health, "State of the server", true},
    {"GET", "/health/live", &Api::Live, "200 while the process answers", true, true},
    {"GET", "/health/ready", &Api::Ready, "200, or 503 while loading or saturated", true},
    {"GET", "/metrics", &Api::MetricsText, "Prometheus metrics"},
    {"GET", "/performance/stats", &Api::Stats, "Counts and speed since the start"},
    {"GET", "/performance/rtf-trend", &Api::RtfTrend, "The newest real-time factors"},
    {"GET", "/performance/history", &Api::HistoryRows, "What /metrics said over the last day",
     false, true},
    {"GET", "/performance/stream", &Api::FollowHistory, "The same as events, as it comes", false,
     true},
    {"GET", "/queue/{id}", &Api::QueuePosition, "How many go before a waiting request", false,
     true},
    {"GET", "/config", &Api::Config, "Effective settings and where they come from"},
    {"GET", "/openapi.json", &Api::OpenApi, "This table as OpenAPI 3.1", true},
    {"GET", "/docs", &Api::Docs, "This table for people", true},
    {"GET", "/cache/stats", &Api::CacheStatistics,
     "What the caches hold, and how often they helped"},
    {"POST", "/cache/clear", &Api::ClearCache,
     "Forget cached audio: all of it, or of one cache, voice or format"},
    {"POST", "/v1/audio/blend", &Api::Blend, "Check a blend of voices, and name it"},
    {"GET", "/v1/audio/blend/presets", &Api::Blends, "The saved blends"},
    {"POST", "/v1/audio/blend/preset", &Api::Blend, "Save a blend under a name"},
    {"DELETE", "/v1/audio/blend/preset/{id}", &Api::DeleteBlend, "Forget a saved blend"},
    {"POST", "/v1/audio/voices/clone", &Api::NoCloning,
     "Not implemented: this model cannot clone voices"},
    {"POST", "/v1/voices/clone", &Api::NoCloning,
     "Not implemented: this model cannot clone voices"},
};

bool PathMatches(std::string_view pattern, std::string_view path) {
  const size_t hole = pattern.find('{');
  if (hole == std::string_view::npos) return pattern == path;
  return path.size() > hole && path.substr(0, hole) == pattern.substr(0, hole) &&
         path.find('/', hole) == std::string_view::npos;
}

// What the saved blends in a voice stand for now: their names may be given away again.
std::string BlendsBehind(std::string_view voice, const Speaker& speaker) {
  std::string behind;
  const Result<model::Blend> blend = model::ParseBlend(voice);
  if (!blend.ok()) return behind;
  for (const auto* parts : {&blend->prosody, &blend->timbre}) {
    for (const model::BlendPart& part : *parts) {
      const auto saved = speaker.Blends().Find(part.name);
      if (saved) behind += Concat('\n', saved->name, '=', saved->voice);
    }
  }
  return behind;
}

Scheduler::Options SchedulerOptions(const ServerConfig& config) {
  const size_t cores = config.threads > 0 ? static_cast<size_t>(config.threads) : UsableCores();
  return {.num_cores = cores,
          // Two cores at one piece of audio waste 2 % against one each, and take half the memory.
          .max_at_work = std::max<size_t>(1, cores / 2),
          .max_started = 2 * cores + 4,
          .max_queued = static_cast<size_t>(config.max_queue),
          .max_per_client = static_cast<size_t>(config.max_requests_per_client),
          .max_wait_seconds = config.max_queue_wait_seconds};
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

Api::Api(const ServerConfig& config, const Metrics::Build& build, LogSink& log)
    : config_(config),
      log_(log),
      simd_name_(build.simd_target),
      version_(build.version),
      metrics_(build),
      caches_(config, log),
      memory_guard_({.resident_bytes = ResidentBytes,
                     .set_cache_share = [this](double share) { caches_.SetShare(share); },
                     .free_idle_memory = [this] { scheduler_.FreeScratch(); }}),
      lexicon_file_(config.lexicon_path.empty() ? HomeFolder() + "/lexicon.txt"
                                                : config.lexicon_path),
      phrases_({.max_phrases = static_cast<size_t>(config.learned_phrases),
                .path = config.is_private ? std::string() : HomeFolder() + "/learned-phrases.json"},
               log),
      preload_seconds_(config.warms_cache ? config.preload_seconds : 0.0),
      idle_fill_seconds_(config.learned_phrases > 0 ? config.idle_fill_seconds : 0.0),
      scheduler_(SchedulerOptions(config)) {
  ApplyConfig();
  preload_.voice = config.default_voice;
  preload_.speed = config.default_speed;
  preload_.cleaning.expand_contractions = config.expands_contractions();
  if (auto lexicon = Lexicon()) preload_.lexicons.push_back(std::move(lexicon));
  preload_.segments = &caches_.segments();
  preload_.texts = &caches_.texts();
  history_.AddMark(UnixSeconds(), "start");
  history_.Start([this] {
    WatchMemory();
    if (!history_was_full_ && history_.is_full()) {
      history_was_full_ = true;
      log_.Write(LogLevel::kWarning,
                 "the history has no room for more columns; /metrics has what it leaves out");
    }
    return MetricsNow();
  });
}

std::vector<Alert> Api::Alerts() {
  const Metrics::Newest newest = metrics_.newest();
  MutexLock lock(thresholds_mutex_);
  return JudgeAlerts(thresholds_, {.rtf = newest.rtf,
                                   .error_percent = newest.error_percent,
                                   .num_queued = scheduler_.load().num_queued,
                                   .resident_bytes = ResidentBytes(),
                                   .memory_limit_bytes = memory_guard_.limit_bytes(),
                                   .free_disk_bytes = FreeDiskBytes(HomeFolder())});
}

void Api::WatchMemory() {
  constexpr int kLooksBetweenReadings = 10;  // reading takes milliseconds
  constexpr int kLooksBetweenTrims = 60;     // what is freed is mostly used again
  memory_guard_.Look();
  // The caches' blocks of all sizes come and go, and leave ever more holes where work never rests.
  if (num_memory_looks_ % kLooksBetweenTrims == kLooksBetweenTrims - 1) TrimHeaps();
  if (num_memory_looks_++ % kLooksBetweenReadings == 0) metrics_.SetMemory(ReadProcessMemory());
}

void Api::LookForNewVoices() {
  const size_t num_changes = speaker()->load_state().num_voice_changes;
  if (std::exchange(num_voice_changes_, num_changes) == num_changes) return;
  (void)caches_.Clear({.cache = "answers"});  // segments go by the voice's numbers
}

std::string Api::MetricsNow() {
  metrics_.SetAlerts(Alerts());
  metrics_.SetPreloader(preloader_.stats(), phrases_.stats());
  metrics_.SetCaches(caches_.stats(), caches_.segments().counts());
  metrics_.SetModel(speaker() == nullptr ? LoadState{.is_loaded = false, .num_loads = 0}
                                         : speaker()->load_state(),
                    memory_guard_.limit_bytes(), memory_guard_.cache_share());
  return metrics_.Text(scheduler_.load());
}

Api::~Api() {
  preloader_.Stop();  // both use the scheduler
  history_.Stop();
  SavePhrases();
}

std::shared_ptr<const text::UserLexicon> Api::Lexicon() {
  const text::LexiconFile::State state = lexicon_file_.Current();
  if (state.is_new && !state.problem.ok()) {
    log_.Write(LogLevel::kWarning,
               Concat(state.problem.message(), "; the lexicon stays as it was"));
  } else if (state.is_new && state.lexicon != nullptr) {
    log_.Write(LogLevel::kInfo, Concat("lexicon: ", state.lexicon->size(), " entries"));
  }
  return state.lexicon;
}

HttpResponse Api::StillLoading() {
  return ErrorResponse({.status = 503,
                        .type = "server_error",
                        .message = "the model is still loading",
                        .param = {},
                        .code = "loading",
                        .retry_after_seconds = 1});
}

void Api::SetSpeaker(std::unique_ptr<const Speaker> speaker) {
  owned_speaker_ = std::move(speaker);
  metrics_.SetBackend(owned_speaker_->Backend());
  speaker_.store(owned_speaker_.get(), std::memory_order_release);
  StartPreloader();
}

void Api::OnConfigChanged() {
  ApplyConfig();
  history_.AddMark(UnixSeconds(), "configuration");
}

void Api::ApplyConfig() {
  caches_.SetConfig(config_);
  memory_guard_.SetLimit(MemoryLimitOf(config_));
  {
    MutexLock lock(thresholds_mutex_);
    thresholds_ = config_;
  }
  scheduler_.SetLimits(SchedulerOptions(config_));
  rates_.set_requests_per_minute(config_.requests_per_minute);
}

void Api::Stop() {
  scheduler_.Stop();
  history_.EndFollowers();
}

Api::Match Api::FindRoute(std::string_view method, std::string_view path) {
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!PathMatches(route.path, path)) continue;
    if (route.method == method || (method == "HEAD" && route.method == "GET")) return {&route, {}};
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  ApiError error{
      .status = 404,
      .message = Concat("there is no route ", method, " ", path.substr(0, 200), "; see /docs"),
      .param = {},
      .code = "not_found"};
  if (allowed.empty()) return {nullptr, ErrorResponse(error)};
  error.status = 405;
  error.message = Concat("this path takes ", allowed);
  error.code = "method_not_allowed";
  HttpResponse response = ErrorResponse(error);
  response.headers.push_back({"Allow", allowed});
  return {nullptr, response};
}

StreamPtr Api::FindInFlight(const std::string& key) {
  MutexLock lock(in_flight_mutex_);
  const auto found = in_flight_.find(key);
  return found == in_flight_.end() ? nullptr : found->second.lock();
}

void Api::ForgetInFlight(const std::string& key, const ResponseStream* stream) {
  MutexLock lock(in_flight_mutex_);
  const auto found = in_flight_.find(key);
  if (found == in_flight_.end()) return;
  const StreamPtr current = found->second.lock();
  if (current == nullptr || current.get() == stream) in_flight_.erase(found);
}

Reply Api::SubmitTo(const StreamPtr& stream, const Scheduler::JobOptions& job, Scheduler::Work work,
                    const std::string& key) {
  preloader_.Yield();
  // What a worker throws is memory that ran out; it ends this answer and nothing else.
  Scheduler::Work guarded = [this, stream, key, work = std::move(work)](Scheduler::Turn& turn) {
    try {
      work(turn);
    } catch (const std::exception& thrown) {
      if (!key.empty()) ForgetInFlight(key, stream.get());
      log_.Write(LogLevel::kError, Concat("a request failed: ", thrown.what()));
      stream->Answer(ErrorResponse(ErrorFromStatus(Internal("the server ran out of memory"))));
    }
  };
  const Result<uint64_t> id = scheduler_.Submit(job, std::move(guarded));
  if (!id.ok()) {
    ApiError error = ErrorFromStatus(id.status());
    const bool is_of_client = id.status().code() == StatusCode::kFailedPrecondition;
    metrics_.CountRefused(is_of_client ? "client" : "queue");
    if (is_of_client) {
      error.status = 429;
      error.type = "rate_limit_error";
      error.code = "rate_limit_exceeded";
    }
    error.retry_after_seconds = scheduler_.RetryAfterSeconds();
    return ErrorResponse(error);
  }
  stream->set_on_abandoned([this, id = *id, key, self = stream.get()] {
    if (!key.empty()) ForgetInFlight(key, self);
    scheduler_.Withdraw(id);
  });
  return stream;
}

Reply Api::Speech(const HttpRequest& request) { return StartSpeech(request, SpeechInput::kText); }

Reply Api::CaptionedSpeech(const HttpRequest& request) {
  return StartSpeech(request, SpeechInput::kCaptions);
}

Reply Api::GenerateFromPhonemes(const HttpRequest& request) {
  return StartSpeech(request, SpeechInput::kPhonemes);
}

std::optional<HttpResponse> Api::CheckRate(const HttpRequest& request) {
  const std::optional<int> wait = rates_.Refuse(request.client, NowSeconds());
  if (!wait) return std::nullopt;
  metrics_.CountRefused("rate");
  return ErrorResponse(
      {.status = 429,
       .type = "rate_limit_error",
       .message = Concat("more than ", config_.requests_per_minute, " requests a minute"),
       .param = {},
       .code = "rate_limit_exceeded",
       .retry_after_seconds = *wait});
}

SpeechLimits Api::LimitsOfRequests(const Speaker& speaker, const VoiceList& voices) {
  SpeechLimits limits;
  limits.max_input_characters = static_cast<size_t>(config_.max_input_characters);
  limits.default_voice = config_.default_voice;
  limits.default_format = *audio::FormatFromName(config_.default_format);
  limits.default_speed = config_.default_speed;
  limits.model_variant = speaker.Backend().variant;
  limits.voices = voices.names;
  limits.blends = &speaker.Blends();
  limits.lexicon = Lexicon();
  limits.media_folder = config_.media_folder;
  limits.watermark_key = WatermarkKey();
  limits.watermark_always = config_.watermark == "always";
  limits.watermark_payload = static_cast<uint32_t>(config_.watermark_payload);
  return limits;
}

Reply Api::StartSpeech(const HttpRequest& request, SpeechInput kind) {
  preloader_.Yield();
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const Speaker* speaker = this->speaker();
  if (speaker == nullptr) return StillLoading();
  LookForNewVoices();
  const std::shared_ptr<const VoiceList> voices = speaker->Voices();
  SpeechLimits limits = LimitsOfRequests(*speaker, *voices);
  if (kind == SpeechInput::kPhonemes) limits.default_format = audio::Format::kWav;
  std::variant<SpeechRequest, ApiError> parsed = ParseSpeechRequest(request.body, kind, limits);
  if (const ApiError* error = std::get_if<ApiError>(&parsed)) return ErrorResponse(*error);
  std::get<SpeechRequest>(parsed).expand_contractions = config_.expands_contractions();
  auto speech = std::make_shared<const SpeechJob>(
      SpeechJob{.request = std::move(std::get<SpeechRequest>(parsed)),
                .max_whole_seconds = config_.max_whole_seconds,
                .segments = &caches_.segments(),
                .texts = &caches_.texts(),
                .max_retries = static_cast<size_t>(config_.max_retries),
                .exact_streams = config_.exact_streams,
                .slow_reader_seconds = config_.slow_reader_seconds});
  const double audio_seconds =
      ExpectedAudioSeconds(CountCharacters(speech->request.input), speech->request.speed);
  // Much of SSML is not spoken; what is made decides then.
  if (!speech->request.is_streamed && !speech->request.input_is_ssml &&
      audio_seconds > 2 * config_.max_whole_seconds) {
    return ErrorResponse(InvalidField(
        "stream", "invalid_value",
        Concat("so much audio is only sent as a stream; the limit of an answer at once is ",
               config_.max_whole_seconds, " s")));
  }

  // With the number of the voices: work of before they changed may end after.
  const std::string key =
      Concat(speech->request.Key(), BlendsBehind(speech->request.voice, *speaker), '\n',
             num_voice_changes_);
  // SSML may name files and blends that change.
  const bool may_keep = !speech->request.input_is_ssml;
  if (StreamPtr cached = may_keep ? FindAnswer(speech->request, key, request) : nullptr) {
    return cached;
  }
  StreamPtr shared = config_.shares_work ? FindInFlight(key) : nullptr;
  if (shared != nullptr && shared->CanJoin()) {
    metrics_.CountShared();
    return shared;
  }
  if (const std::optional<std::string> reason = memory_guard_.Refuse()) {
    metrics_.CountRefused("memory");
    return ErrorResponse({.status = 503,
                          .type = "server_error",
                          .message = *reason,
                          .param = {},
                          .code = "memory_limit",
                          .retry_after_seconds = RetryAfterSeconds()});
  }
  auto stream = std::make_shared<ResponseStream>();
  const Scheduler::JobOptions job{
      .client = request.client, .audio_seconds = audio_seconds, .name = request.request_id};
  {
    MutexLock lock(in_flight_mutex_);
    in_flight_[key] = stream;
  }
  // The job holds the stream; the stream's callback holds only the job's number.
  Reply reply = SubmitTo(
      stream, job,
      [this, speaker, speech, stream, key, may_keep,
       id = request.request_id](Scheduler::Turn& turn) {
        const SpeechOutcome outcome = RunSpeech(*speech, *speaker, turn, *stream);
        FinishSpeech(speech->request, id, outcome);
        if (may_keep && outcome.status.ok())
          caches_.KeepAnswer(key, speech->request, outcome, *stream);
        ForgetInFlight(key, stream.get());
      },
      key);
  if (std::holds_alternative<HttpResponse>(reply)) ForgetInFlight(key, stream.get());
  return reply;
}

void Api::FinishSpeech(const SpeechRequest& speech, const std::string& request_id,
                       const SpeechOutcome& outcome) {
  const std::shared_ptr<const VoiceList> voices = speaker()->Voices();
  const bool is_known =
      std::find(voices->names.begin(), voices->names.end(), speech.voice) != voices->names.end();
  const size_t num_characters = CountCharacters(speech.input);
  metrics_.CountSpeech(outcome, speech.format, is_known ? std::string_view(speech.voice) : "blend",
                       num_characters);
  if (outcome.status.ok()) CountPhrases(speech, outcome.sentences);
  history_.AddSpeech(
      UnixSeconds(),
      {.request_id = request_id,
       .voice = speech.voice.substr(0, 200),
       .format = std::string(audio::FormatName(speech.format)),
       .outcome = outcome.status.ok() ? "ok" : std::string(StatusCodeName(outcome.status.code())),
       .num_characters = num_characters,
       .queue_seconds = outcome.queue_seconds,
       .first_audio_seconds = outcome.first_audio_seconds,
       .audio_seconds = outcome.audio_seconds,
       .compute_seconds = outcome.text_seconds() + outcome.synthesis_seconds()});
  if (outcome.is_cut) {
    metrics_.CountRefused("slow_reader");
    log_.Write(LogLevel::kWarning,
               Concat("speech id=", request_id, " was cut: ", outcome.status.message()));
  }
  if (outcome.num_retries > 0) {
    log_.Write(LogLevel::kWarning, Concat("speech id=", request_id,
                                          " retries=", outcome.num_retries, ": ", outcome.problem));
  }
  log_.Write(LogLevel::kInfo,
             Concat("speech id=", request_id, " outcome=", StatusCodeName(outcome.status.code()),
                    " voice=", speech.voice, " format=", audio::FormatName(speech.format),
                    " characters=", num_characters, " chunks=", outcome.chunk_seconds.size(),
                    " threads=", outcome.num_threads, " audio_s=", outcome.audio_seconds,
                    " queue_s=", outcome.queue_seconds, " normalise_s=", outcome.normalise_seconds,
                    " g2p_s=", outcome.g2p_seconds, " network_s=", outcome.network_seconds,
                    " vocoder_s=", outcome.vocoder_seconds, " encode_s=", outcome.encode_seconds,
                    " first_audio_s=", outcome.first_audio_seconds,
                    outcome.is_computed() ? Concat(" rtf=", outcome.rtf()) : std::string(),
                    " clipped=", outcome.num_clipped));
}

}  // namespace litetts::server
