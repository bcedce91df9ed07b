#include "engine/synthesizer.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "base/mutex.h"
#include "engine/checked_synthesis.h"
#include "engine/chunk_sender.h"
#include "engine/delivery.h"
#include "engine/pauses.h"
#include "engine/ssml_host.h"
#include "model/blend.h"
#include "model/onnx_runtime.h"
#include "model/sha256.h"

namespace litetts::engine {

namespace {

Status CheckRange(std::string_view name, double value, double least, double most) {
  if (value >= least && value <= most) return OkStatus();
  return InvalidArgument(name, " ", value, " is outside ", least, "..", most);
}

// What only some backends can do.
Status CheckBackend(const SpeakRequest& request, const model::BackendInfo& backend) {
  if (request.needs_timings && !backend.has_durations) {
    return InvalidArgument("the backend ", backend.name,
                           " does not tell when words are heard; the backend native does");
  }
  if (request.noise_seed && !backend.has_noise_seed) {
    return InvalidArgument("the backend ", backend.name,
                           " takes no seed: its model adds no noise; the backend native does");
  }
  return OkStatus();
}

Status CheckRequest(const SpeakRequest& request) {
  LITETTS_RETURN_IF_ERROR(CheckRange("speed", request.speed, kMinSpeed, kMaxSpeed));
  LITETTS_RETURN_IF_ERROR(
      CheckRange("pitch", request.pitch_semitones, -kMaxPitchSemitones, kMaxPitchSemitones));
  LITETTS_RETURN_IF_ERROR(CheckRange("volume", request.volume, 0.0, kMaxVolume));
  if (!request.loudness_lufs) return OkStatus();
  return CheckRange("loudness", *request.loudness_lufs, kMinLoudnessLufs, kMaxLoudnessLufs);
}

// What SSML asks on top of the request, within what the engine can do.
double SpeedOf(const SpeakRequest& request, const text::SpeechStyle& style) {
  return std::clamp(request.speed * request.style.rate * style.rate, kMinSpeed, kMaxSpeed);
}

double PitchOf(const SpeakRequest& request, const text::SpeechStyle& style) {
  return std::clamp(request.pitch_semitones + request.style.pitch_semitones + style.pitch_semitones,
                    -kMaxPitchSemitones, kMaxPitchSemitones);
}

// The recordings before the first chunk or after one, each with the pause behind it.
Status AddClips(std::span<const text::ClipPlay> clips, double speed, bool is_end,
                Delivery& delivery) {
  for (size_t i = 0; i < clips.size(); ++i) {
    LITETTS_RETURN_IF_ERROR(delivery.AddClip(*clips[i].clip));
    const bool is_last = is_end && i + 1 == clips.size();
    const double usual = is_last ? 0.0 : PauseTable().clause_seconds / speed;
    const double asked = clips[i].pause_after_seconds;
    delivery.AddPause(asked > 0.0 ? asked : usual);
  }
  return OkStatus();
}

// What comes between chunk `i` and the next. The pause after the last one is known since Start().
Status AddPauseAndClips(std::span<const text::Chunk> chunks, size_t i, double speed,
                        Delivery& delivery) {
  const bool is_end = i + 1 == chunks.size();
  if (!is_end || !chunks[i].clips_after.empty()) delivery.AddPause(PauseAfter(chunks[i], speed));
  return AddClips(chunks[i].clips_after, speed, is_end, delivery);
}

double NetworkSpeed(double speed, const model::BackendInfo& backend) {
  return backend.has_speed ? std::clamp(speed, kMinNetworkSpeed, kMaxNetworkSpeed) : 1.0;
}

Result<std::unique_ptr<const model::Backend>> LoadBackend(const SpeakerFiles& files,
                                                          const model::BackendOptions& options) {
  if (options.kind == model::BackendKind::kOnnxRuntime) {
    const bool is_default = files.model == SpeakerFiles::Default().model;
    return model::LoadOnnxRuntime(is_default ? DefaultOnnxModel() : files.model, options.onnx);
  }
  LITETTS_ASSIGN_OR_RETURN(
      model::Kokoro network,
      model::Kokoro::Load(files.model, options.precision, options.copies_weights));
  return std::unique_ptr<const model::Backend>(
      std::make_unique<const model::Kokoro>(std::move(network)));
}

// Symbols that the style of each chunk goes by: the parts of one sentence share that of the
// longest.
std::vector<size_t> StyleSizes(std::span<const text::Chunk> chunks) {
  std::vector<size_t> sizes(chunks.size());
  for (size_t begin = 0; begin < chunks.size();) {
    size_t end = begin;
    size_t longest = 0;
    do {
      longest = std::max(longest, chunks[end].ids.size());
    } while (chunks[end++].joint_after < text::Joint::kSentence && end < chunks.size());
    std::fill(sizes.begin() + static_cast<std::ptrdiff_t>(begin),
              sizes.begin() + static_cast<std::ptrdiff_t>(end), longest);
    begin = end;
  }
  return sizes;
}

// A missing file is the first thing that a new user may meet.
Status WithAdvice(const Status& status) {
  if (status.code() != StatusCode::kNotFound) return status;
  return {status.code(),
          Concat(status.message(), "; ./quickstart makes the model, voice and English files")};
}

}  // namespace

text::Locale LocaleOfVoice(std::string_view voice, const model::BlendStore* saved) {
  const Result<model::Blend> blend = model::ParseBlend(voice);
  if (!blend.ok()) return voice.starts_with('b') ? text::Locale::kEnGb : text::Locale::kEnUs;
  int64_t british = 0;
  for (const model::BlendPart& part : blend->prosody) {
    bool is_british = part.name.starts_with('b');
    if (saved != nullptr && model::DescribeVoice(part.name).language == "und") {
      const std::optional<model::SavedBlend> found = saved->Find(part.name);
      is_british = found && LocaleOfVoice(found->voice, nullptr) == text::Locale::kEnGb;
    }
    british += is_british ? part.weight : -part.weight;
  }
  return british > 0 ? text::Locale::kEnGb : text::Locale::kEnUs;
}

Result<model::SavedBlend> SaveBlend(const model::BlendStore& store, const model::VoiceTable& table,
                                    std::string_view name, std::string_view expression) {
  // Without the store: a saved blend that names another would change or break with it.
  LITETTS_RETURN_IF_ERROR(table.Resolve(expression).status());
  if (table.Find(name)) {
    return Status(StatusCode::kAlreadyExists, Concat("'", name, "' is a voice already"));
  }
  LITETTS_ASSIGN_OR_RETURN(const model::Blend blend, model::ParseBlend(expression));
  model::SavedBlend saved{std::string(name), model::BlendText(blend)};
  LITETTS_RETURN_IF_ERROR(store.Save(saved.name, saved.voice));
  return saved;
}

SpeakerFiles SpeakerFiles::Default() {
  const std::string home = HomeFolder();
  return {.model = home + "/models/kokoro-v1.0-int8.safetensors",
          .voices = home + "/voices.safetensors",
          .english = home + "/english.safetensors",
          .blends = home + "/blends"};
}

double SpeakReport::rtf() const {
  return num_samples == 0 ? 0.0 : (text_seconds + synthesis_seconds) / audio_seconds();
}

std::string DefaultOnnxModel() {
  constexpr const char* kName = "kokoro-v1.0.int8.onnx";
  std::string path = Concat(HomeFolder(), "/models/", kName);
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const bool has_cache = cache != nullptr && *cache != '\0';
  if (::access(path.c_str(), R_OK) == 0 || (!has_cache && home == nullptr)) return path;
  return Concat(has_cache ? std::string(cache) : Concat(home, "/.cache"), "/litetts/sources/",
                kName);
}

Result<Synthesizer> Synthesizer::Load(const SpeakerFiles& files,
                                      const model::BackendOptions& options) {
  Result<std::unique_ptr<const model::Backend>> backend = LoadBackend(files, options);
  if (!backend.ok()) {
    return options.kind == model::BackendKind::kNative ? WithAdvice(backend.status())
                                                       : backend.status();
  }
  Result<model::VoiceTable> voices = model::VoiceTable::Open(files.voices);
  if (!voices.ok()) return WithAdvice(voices.status());
  Result<text::Frontend> frontend = text::Frontend::Load(files.english);
  if (!frontend.ok()) return WithAdvice(frontend.status());
  Synthesizer synthesizer;
  synthesizer.exact_ = std::make_unique<ExactNetwork>(files.model);
  synthesizer.backend_ = std::move(*backend);
  synthesizer.voices_ = std::make_unique<const model::VoiceTable>(std::move(*voices));
  synthesizer.blends_ = std::make_unique<const model::BlendStore>(files.blends);
  synthesizer.frontend_ = std::make_unique<const text::Frontend>(std::move(*frontend));
  return synthesizer;
}

text::TextOptions Synthesizer::OptionsOf(const SpeakRequest& request) const {
  text::TextOptions options;
  options.locale = request.locale ? *request.locale : LocaleOfVoice(request.voice, blends_.get());
  options.markup = request.markup;
  options.input_is_phonemes = request.input_is_phonemes;
  options.input_is_ssml = request.input_is_ssml;
  options.cleaning = request.cleaning;
  options.sound_soon = request.sound_soon;
  options.asides = request.asides;
  options.lexicons = request.lexicons;
  return options;
}

Result<text::Analysis> Synthesizer::Analyse(const SpeakRequest& request) const {
  LITETTS_RETURN_IF_ERROR(CheckRequest(request));
  text::TextOptions options = OptionsOf(request);
  const EngineSsmlHost host(*voices_, *blends_, request.media_folder);
  options.host = &host;
  return frontend_->Analyse(request.text, options);
}

Result<std::shared_ptr<const text::Analysis>> Synthesizer::FindAnalysis(
    const SpeakRequest& request) const {
  LITETTS_RETURN_IF_ERROR(CheckRequest(request));
  const bool may_keep = request.texts != nullptr && !request.input_is_ssml;
  const std::string key = may_keep ? TextKey(request.text, OptionsOf(request)) : std::string();
  if (auto found = may_keep ? request.texts->Find(key) : nullptr) return found;
  LITETTS_ASSIGN_OR_RETURN(text::Analysis made, Analyse(request));
  auto analysis = std::make_shared<const text::Analysis>(std::move(made));
  if (may_keep) request.texts->Put(key, analysis, AnalysisBytes(*analysis));
  return std::shared_ptr<const text::Analysis>(std::move(analysis));
}

struct Synthesizer::ExactNetwork {
  explicit ExactNetwork(std::string model_path) : path(std::move(model_path)) {}
  const std::string path;
  Mutex mutex;
  std::unique_ptr<const model::Kokoro> network LITETTS_GUARDED_BY(mutex);  // never changed once set
};

Synthesizer::Synthesizer(Synthesizer&&) noexcept = default;
Synthesizer& Synthesizer::operator=(Synthesizer&&) noexcept = default;
Synthesizer::~Synthesizer() = default;

Result<const model::Backend*> Synthesizer::Exact() const {
  if (backend_->info().is_exact) return backend_.get();
  MutexLock lock(exact_->mutex);
  if (exact_->network == nullptr) {
    LITETTS_ASSIGN_OR_RETURN(model::Kokoro network,
                             model::Kokoro::Load(exact_->path, model::Precision::kF32));
    exact_->network = std::make_unique<const model::Kokoro>(std::move(network));
  }
  return static_cast<const model::Backend*>(exact_->network.get());
}

std::string SegmentKey(const model::Request& request, std::string_view backend_identity,
                       bool foretells_norms) {
  std::string text = Concat(
      backend_identity, foretells_norms ? " foretold\n" : "\n", std::hexfloat, request.speed, ' ',
      std::dec, request.noise_seed ? std::to_string(*request.noise_seed) : "none", '\n');
  const auto add = [&](const auto& values) {
    text.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  };
  if (request.whole_rate && request.speed != 1.0f) {
    text += request.whole_rate->with_start ? 's' : '-';
    text += request.whole_rate->with_end ? 'e' : '-';
  }
  add(request.style);
  add(request.tokens);
  return model::Sha256(std::as_bytes(std::span(text)));
}

struct Synthesizer::NextChunk {
  const model::Request& network;  // without listeners
  const std::string& voice;
  ChunkSender* sender;  // null: the chunk is heard when it is whole
};

Result<std::shared_ptr<const Segment>> Synthesizer::MakeChunk(const SpeakRequest& request,
                                                              const NextChunk& chunk,
                                                              const WorkspaceSource& workspace,
                                                              AudioSink& sink,
                                                              SpeakReport& report) const {
  const double before = NowSeconds();
  NetworkListener listener(sink, chunk.network.tokens.size(), chunk.network.speed, chunk.sender);
  bool is_heard_early = chunk.sender != nullptr;  // the first attempt
  const auto run = [&](std::span<const int32_t> tokens, bool is_exact) -> Result<Segment> {
    const model::Backend* backend = backend_.get();
    if (is_exact) {
      LITETTS_ASSIGN_OR_RETURN(backend, Exact());
    }
    model::Request network_request = chunk.network;
    network_request.tokens = tokens;
    network_request.duration_listener = &listener;
    if (std::exchange(is_heard_early, false)) network_request.sample_listener = &listener;
    LITETTS_ASSIGN_OR_RETURN(const model::Utterance made,
                             backend->Run(network_request, workspace()));
    return Segment{.durations = {made.durations.begin(), made.durations.end()},
                   .samples = {made.samples.begin(), made.samples.end()},
                   .voice = chunk.voice};
  };
  const CheckedSynthesis synthesis = {
      .speed = chunk.network.speed,
      .is_exact = backend_->info().is_exact,
      .max_retries = request.max_retries,
      .run = run,
      .on_retry = [&](const Status& problem) { sink.OnRetry(problem); }};
  const auto compute = [&]() -> Result<Segment> {
    Result<Segment> made = MakeSegment(chunk.network.tokens, synthesis);
    report.synthesis_seconds += NowSeconds() - before;
    if (chunk.sender != nullptr) report.synthesis_seconds -= chunk.sender->seconds();
    return made;
  };
  if (request.segments == nullptr) {
    LITETTS_ASSIGN_OR_RETURN(Segment segment, compute());
    return std::make_shared<const Segment>(std::move(segment));
  }
  const SegmentCache::Wait wait =
      request.wait ? request.wait : [](const std::function<void()>& sleep) { sleep(); };
  // Exact audio that is there already is heard as soon as any.
  const std::string& identity = backend_->info().identity;
  std::string key = SegmentKey(chunk.network, identity);
  if (chunk.sender != nullptr && !request.segments->Has(key)) {
    key = SegmentKey(chunk.network, identity, /*foretells_norms=*/true);
  }
  LITETTS_ASSIGN_OR_RETURN(const SegmentCache::Found found,
                           request.segments->Get(key, compute, wait, request.cancel));
  if (found.origin != SegmentCache::Origin::kComputed) {
    ++report.num_cached_chunks;
    sink.OnCachedChunk();
  }
  return found.segment;
}

Result<SpeakReport> Synthesizer::Speak(const SpeakRequest& request,
                                       const WorkspaceSource& workspace, AudioSink& sink) const {
  const double start = NowSeconds();
  LITETTS_RETURN_IF_ERROR(CheckBackend(request, backend_->info()));
  LITETTS_RETURN_IF_ERROR(voices_->Resolve(request.voice, blends_.get()).status());
  LITETTS_ASSIGN_OR_RETURN(const std::shared_ptr<const text::Analysis> found,
                           FindAnalysis(request));
  const text::Analysis& analysis = *found;
  SpeakReport report;
  report.num_chunks = analysis.chunks.size();
  report.text_seconds = NowSeconds() - start;
  if (analysis.chunks.empty() && analysis.clips_before.empty()) {
    return InvalidArgument("the text has nothing that can be spoken");
  }
  const std::vector<text::Chunk>& chunks = analysis.chunks;
  Delivery delivery({.trim = request.trim,
                     .volume = request.volume * request.style.gain,
                     .loudness_lufs = request.loudness_lufs,
                     .watermark = request.watermark},
                    sink);
  const bool ends_in_pause = !chunks.empty() && chunks.back().clips_after.empty();
  LITETTS_RETURN_IF_ERROR(
      delivery.Start(analysis, ends_in_pause ? chunks.back().pause_after_seconds : 0.0));
  if (analysis.pause_before_seconds > 0.0) delivery.AddPause(analysis.pause_before_seconds);
  LITETTS_RETURN_IF_ERROR(AddClips(analysis.clips_before, request.speed, chunks.empty(), delivery));
  const std::vector<size_t> style_sizes = StyleSizes(chunks);
  std::optional<model::Voice> voice;
  std::string voice_name;
  for (size_t i = 0; i < chunks.size(); ++i) {
    const text::SpeechStyle& style = analysis.styles[chunks[i].style];
    const std::string& wanted = style.voice.empty() ? request.voice : style.voice;
    if (!voice || voice_name != wanted) {
      LITETTS_ASSIGN_OR_RETURN(voice, voices_->Resolve(wanted, blends_.get()));
      voice_name = wanted;
    }
    const double speed = SpeedOf(request, style);
    const double network_speed = NetworkSpeed(speed, backend_->info());
    // A shorter pad is a shorter silence, but into a longer one the network speaks: where its
    // silence is cut off afterwards it stays as it is.
    const model::Request network_request = {
        .tokens = chunks[i].ids,
        .style = voice->StyleRow(style_sizes[i]),
        .speed = static_cast<float>(network_speed),
        .whole_rate = {{.with_start = speed > 1.0 || delivery.KeepsStart(i),
                        .with_end = speed > 1.0 || delivery.KeepsEnd(i)}},
        .noise_seed = request.noise_seed,
        .cancel = request.cancel,
        .profile = request.profile,
    };
    ChunkSender sender(delivery, i,
                       {.tempo = speed / network_speed,
                        .pitch_semitones = PitchOf(request, style),
                        .gain = style.gain,
                        .is_whispered = style.is_whispered || request.style.is_whispered,
                        .background = style.background});
    // Nothing is heard before the chunk is whole where a loudness is asked for or the backend does
    // not tell how long it will be.
    const bool is_heard_early = i == 0 && request.sound_soon && !request.exact_norms &&
                                !request.loudness_lufs && backend_->info().has_durations;
    LITETTS_ASSIGN_OR_RETURN(const std::shared_ptr<const Segment> segment,
                             MakeChunk(request,
                                       {.network = network_request,
                                        .voice = voice_name,
                                        .sender = is_heard_early ? &sender : nullptr},
                                       workspace, sink, report));
    LITETTS_RETURN_IF_ERROR(sender.Finish(*segment));
    if (i == 0) report.first_audio_seconds = sender.begin_seconds() - start;
    LITETTS_RETURN_IF_ERROR(AddPauseAndClips(chunks, i, speed, delivery));
    if (i + 1 < chunks.size()) LITETTS_RETURN_IF_ERROR(sink.OnBreak());
  }
  LITETTS_RETURN_IF_ERROR(delivery.Finish());
  report.num_samples = delivery.num_samples();
  report.timings = delivery.timings();
  report.ignored_markup = analysis.ignored_markup;
  return report;
}

}  // namespace litetts::engine
