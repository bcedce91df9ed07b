#include "engine/synthesizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "model/blend.h"

namespace litetts::engine {

namespace {

Status CheckRequest(const SpeakRequest& request) {
  if (!(request.speed >= kMinSpeed && request.speed <= kMaxSpeed)) {
    return InvalidArgument("speed ", request.speed, " is outside ", kMinSpeed, "..", kMaxSpeed);
  }
  return OkStatus();
}

// Passes what the network announces and makes on to the sink.
class ChunkForwarder : public model::DurationListener, public model::SampleListener {
 public:
  ChunkForwarder(AudioSink& sink, size_t index, size_t num_pause_samples)
      : sink_(sink), index_(index), num_pause_samples_(num_pause_samples) {}

  void OnDurations(std::span<const int32_t> durations) override {
    size_t frames = 0;
    for (const int32_t duration : durations) frames += static_cast<size_t>(duration);
    status_ =
        sink_.OnChunk(index_, durations, frames * model::kSamplesPerFrame + num_pause_samples_);
  }

  Status OnSamples(std::span<const float> samples) override {
    LITETTS_RETURN_IF_ERROR(status_);
    if (first_samples_seconds_ == 0.0) first_samples_seconds_ = NowSeconds();
    return sink_.OnSamples(samples);
  }

  double first_samples_seconds() const { return first_samples_seconds_; }

 private:
  AudioSink& sink_;
  size_t index_;
  size_t num_pause_samples_;
  double first_samples_seconds_ = 0.0;  // on the clock of NowSeconds()
  Status status_;                       // of the announcement
};

Status SendSilence(size_t num_samples, AudioSink& sink) {
  static constexpr std::array<float, 2400> kSilence = {};
  while (num_samples > 0) {
    const size_t count = std::min(num_samples, kSilence.size());
    LITETTS_RETURN_IF_ERROR(sink.OnSamples(std::span(kSilence).first(count)));
    num_samples -= count;
  }
  return OkStatus();
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

Result<Synthesizer> Synthesizer::Load(const SpeakerFiles& files, model::Precision precision) {
  Result<model::Kokoro> network = model::Kokoro::Load(files.model, precision);
  if (!network.ok()) return WithAdvice(network.status());
  Result<model::VoiceTable> voices = model::VoiceTable::Open(files.voices);
  if (!voices.ok()) return WithAdvice(voices.status());
  Result<text::Frontend> frontend = text::Frontend::Load(files.english);
  if (!frontend.ok()) return WithAdvice(frontend.status());
  Synthesizer synthesizer;
  synthesizer.network_ = std::make_unique<const model::Kokoro>(std::move(*network));
  synthesizer.voices_ = std::make_unique<const model::VoiceTable>(std::move(*voices));
  synthesizer.blends_ = std::make_unique<const model::BlendStore>(files.blends);
  synthesizer.frontend_ = std::make_unique<const text::Frontend>(std::move(*frontend));
  return synthesizer;
}

Result<text::Analysis> Synthesizer::Analyse(const SpeakRequest& request) const {
  LITETTS_RETURN_IF_ERROR(CheckRequest(request));
  text::TextOptions options;
  options.locale = request.locale ? *request.locale : LocaleOfVoice(request.voice, blends_.get());
  options.markup = request.markup;
  options.input_is_phonemes = request.input_is_phonemes;
  return frontend_->Analyse(request.text, options);
}

Result<SpeakReport> Synthesizer::Speak(const SpeakRequest& request, model::Workspace& workspace,
                                       AudioSink& sink) const {
  const double start = NowSeconds();
  LITETTS_ASSIGN_OR_RETURN(const model::Voice voice,
                           voices_->Resolve(request.voice, blends_.get()));
  LITETTS_ASSIGN_OR_RETURN(const text::Analysis analysis, Analyse(request));
  SpeakReport report;
  report.num_chunks = analysis.chunks.size();
  report.text_seconds = NowSeconds() - start;
  if (analysis.chunks.empty()) {
    return InvalidArgument("the text has nothing that can be spoken");
  }
  LITETTS_RETURN_IF_ERROR(sink.OnStart(analysis));
  for (size_t i = 0; i < analysis.chunks.size(); ++i) {
    const text::Chunk& chunk = analysis.chunks[i];
    const bool is_last = i + 1 == analysis.chunks.size();
    const auto num_pause_samples = static_cast<size_t>(
        is_last ? 0 : std::lround(chunk.pause_after_seconds * model::kSampleRateHz));
    ChunkForwarder forwarder(sink, i, num_pause_samples);
    const model::Request network_request = {
        .tokens = chunk.ids,
        .style = voice.StyleRow(chunk.ids.size()),
        .speed = static_cast<float>(request.speed),
        .noise_seed = request.noise_seed,
        .cancel = request.cancel,
        .duration_listener = &forwarder,
        .sample_listener = &forwarder,
    };
    const double before = NowSeconds();
    LITETTS_ASSIGN_OR_RETURN(const model::Utterance utterance,
                             network_->Run(network_request, workspace));
    report.synthesis_seconds += NowSeconds() - before;
    if (i == 0) report.first_audio_seconds = forwarder.first_samples_seconds() - start;
    LITETTS_RETURN_IF_ERROR(SendSilence(num_pause_samples, sink));
    report.num_samples += utterance.samples.size() + num_pause_samples;
  }
  return report;
}

}  // namespace litetts::engine
