#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/json.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/thread_pool.h"
#include "cli/audio_output.h"
#include "cli/command.h"
#include "cli/profile_report.h"
#include "cli/timings_file.h"
#include "engine/style_presets.h"
#include "engine/synthesizer.h"
#include "kernels/simd.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct SayOptions {
  TextSource source;
  std::string output;
  std::string format;
  std::string timings;
  std::string trace;
  std::string voice = "af_heart";
  std::string lang;
  int rate = 0;
  double speed = 1.0;
  double pitch = 0.0;
  double volume = 1.0;
  std::string style = "neutral";
  std::string asides = "say";
  std::optional<double> loudness;
  bool trim = false;
  bool has_dither = false;
  std::optional<uint32_t> watermark;
  std::string key_file;
  size_t threads = 0;
  std::optional<uint64_t> seed;
  bool is_phonemes = false;
  bool is_exact = false;
  bool is_ssml = false;
  std::string media_folder;
  std::string lexicon;
  text::CleaningOptions cleaning;
  bool markup = true;
  bool as_json = false;
  bool has_profile = false;
  model::BackendOptions backend;
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
};

std::atomic<bool> g_interrupted{false};  // the only thing that a signal handler may touch

// Passes samples on to the output and draws the progress of long texts on a terminal.
class ProgressSink : public engine::AudioSink {
 public:
  explicit ProgressSink(AudioOutput* output) : output_(output) {}

  Status OnStart(const text::Analysis& analysis) override {
    num_chunks_ = analysis.chunks.size();
    phonemes_ = analysis.phonemes;
    for (const std::string& warning : analysis.warnings) {
      std::fprintf(stderr, "litetts: %s\n", warning.c_str());
    }
    for (const std::string& what : analysis.ignored_markup) {
      std::fprintf(stderr, "litetts: SSML without effect: %s\n", what.c_str());
    }
    return OkStatus();
  }

  Status OnChunk(size_t index, std::span<const int32_t>, size_t) override {
    if (num_chunks_ > 1 && isatty(STDERR_FILENO)) {
      std::fprintf(stderr, "\rspeaking: %zu of %zu%s", index + 1, num_chunks_,
                   index + 1 == num_chunks_ ? "\n" : "");
    }
    return OkStatus();
  }

  Status OnTotal(uint64_t num_samples) override {
    return output_ != nullptr ? output_->SetLength(num_samples) : OkStatus();
  }

  Status OnSamples(std::span<const float> samples) override {
    return output_ != nullptr ? output_->Write(samples) : OkStatus();
  }

  const std::string& phonemes() const { return phonemes_; }

 private:
  AudioOutput* output_;
  size_t num_chunks_ = 0;
  std::string phonemes_;
};

json::object SettingsJson(const model::BackendInfo& backend) {
  json::object settings;
  for (const auto& [name, value] : backend.settings) settings[name] = value;
  return settings;
}

std::string ReportJson(const engine::SpeakReport& report, const std::string& phonemes,
                       const engine::Synthesizer& synthesizer, size_t threads) {
  const json::array ignored(report.ignored_markup.begin(), report.ignored_markup.end());
  return json::serialize(json::object{
      {"audio_seconds", report.audio_seconds()},
      {"synthesis_seconds", report.text_seconds + report.synthesis_seconds},
      {"rtf", report.rtf()},
      {"first_audio_seconds", report.first_audio_seconds},
      {"samples", report.num_samples},
      {"sample_rate_hz", model::kSampleRateHz},
      {"chunks", report.num_chunks},
      {"phonemes", phonemes},
      {"ignored_markup", ignored},
      {"threads", threads},
      {"simd", kernels::SimdName()},
      {"precision", synthesizer.backend().precision},
      {"weights", synthesizer.backend().variant},
      {"backend", synthesizer.backend().name},
      {"backend_version", synthesizer.backend().version},
      {"backend_settings", SettingsJson(synthesizer.backend())},
      {"peak_rss_bytes", PeakResidentBytes()},
  });
}

// Where the audio goes; none if the caller only wants the figures.
Result<std::unique_ptr<AudioOutput>> OpenOutput(const SayOptions& options) {
  if (options.output == "-" && options.as_json) {
    return InvalidArgument("--json and -o - would both write to standard output; name a file");
  }
  if (options.output.empty() &&
      (!options.format.empty() || options.rate != 0 || options.has_dither)) {
    return InvalidArgument("--format, --rate and --dither are of a file: name it with -o FILE");
  }
  if (!options.output.empty()) {
    return OpenAudioFile(options.output, {.format = options.format,
                                          .sample_rate_hz = options.rate,
                                          .has_dither = options.has_dither});
  }
  if (options.as_json) return std::unique_ptr<AudioOutput>();
  if (!isatty(STDOUT_FILENO)) return InvalidArgument("say where the audio goes: -o FILE or -o -");
  return OpenPlayer();
}

Status Say(const SayOptions& options) {
  if (!options.timings.empty()) LITETTS_RETURN_IF_ERROR(CheckTimingsFile(options.timings));
  if (options.backend.kind == model::BackendKind::kOnnxRuntime &&
      (options.has_profile || !options.trace.empty())) {
    return InvalidArgument(
        "--profile and --trace are of the backend native; ONNX Runtime writes its own with --onnx "
        "profile=PREFIX");
  }
  engine::SpeakRequest request;
  LITETTS_ASSIGN_OR_RETURN(request.text, options.source.Read());
  request.voice = options.voice;
  request.speed = options.speed;
  request.pitch_semitones = options.pitch;
  request.volume = options.volume;
  request.loudness_lufs = options.loudness;
  request.trim = options.trim;
  if (options.watermark) {
    LITETTS_ASSIGN_OR_RETURN(auto key, LoadWatermarkKey(options.key_file));
    request.watermark = audio::WatermarkMark{std::move(key), *options.watermark};
  }
  request.noise_seed = options.seed;
  request.input_is_phonemes = options.is_phonemes;
  request.input_is_ssml = options.is_ssml;
  request.media_folder = options.media_folder;
  request.cleaning = options.cleaning;
  LITETTS_ASSIGN_OR_RETURN(request.style, engine::FindStyle(options.style));
  request.asides = *text::AsidesFromName(options.asides);
  request.markup = options.markup;
  request.sound_soon = options.output.empty() || options.output == "-";
  request.exact_norms = options.is_exact;
  LITETTS_ASSIGN_OR_RETURN(request.lexicons, LoadLexicons(options.lexicon));
  request.cancel = &g_interrupted;
  model::LayerProfile profile;
  std::vector<model::LayerProfile::Event> events;
  profile.trace = &events;
  if (options.has_profile || !options.trace.empty()) request.profile = &profile;
  if (!options.lang.empty()) {
    request.locale = options.lang == "en-gb" ? text::Locale::kEnGb : text::Locale::kEnUs;
  }
  request.needs_timings = !options.timings.empty();
  const size_t threads = options.threads > 0 ? options.threads : UsableCores();
  LITETTS_ASSIGN_OR_RETURN(
      const engine::Synthesizer synthesizer,
      engine::Synthesizer::Load(options.files, WithThreads(options.backend, threads)));
  LITETTS_ASSIGN_OR_RETURN(const std::unique_ptr<AudioOutput> output, OpenOutput(options));
  std::signal(SIGINT, [](int) { g_interrupted = true; });
  std::signal(SIGTERM, [](int) { g_interrupted = true; });
  model::Workspace workspace(threads);
  ProgressSink sink(output.get());
  LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport report,
                           synthesizer.Speak(
                               request, [&]() -> model::Workspace& { return workspace; }, sink));
  if (output != nullptr) LITETTS_RETURN_IF_ERROR(output->Close());
  if (!options.timings.empty()) {
    LITETTS_RETURN_IF_ERROR(WriteTimingsFile(options.timings, request.text, report.timings));
  }
  // Standard output may be the audio's.
  if (options.has_profile) {
    std::fputs(ProfileTables(profile, events, threads).c_str(), stderr);
  }
  if (!options.trace.empty()) LITETTS_RETURN_IF_ERROR(WriteTrace(options.trace, events));
  if (!options.as_json) return OkStatus();
  return Print(ReportJson(report, sink.phonemes(), synthesizer, threads) + "\n");
}

}  // namespace

void AddSayCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("say", "Speak a text");
  auto options = std::make_shared<SayOptions>();
  AddTextSource(*command, options->source);
  command
      ->add_option("-o,--output", options->output,
                   "Audio file (.wav .mp3 .opus .ogg .flac .aac .pcm); '-' writes WAV to standard "
                   "output; without it the audio is played")
      ->type_name("FILE");
  command->add_option("--format", options->format, "Format, if the file's ending does not tell");
  command
      ->add_option("--rate", options->rate, "Sample rate in Hz; default 24000, mulaw and alaw 8000")
      ->check(CLI::Range(8000, 192000));
  command
      ->add_option("--timings", options->timings,
                   "Also write when each word is heard: subtitles (.srt .vtt), or words and "
                   "phonemes (.json)")
      ->type_name("FILE");
  command->add_option("--voice", options->voice, "Voice or blend, see 'litetts voices'")
      ->capture_default_str();
  command->add_option("--lang", options->lang, "Accent; default: the voice's own")
      ->check(CLI::IsMember({"en-us", "en-gb"}));
  command->add_option("--speed", options->speed, "0.25 (slow) to 4 (fast)")->capture_default_str();
  command->add_option("--pitch", options->pitch, "Semitones up or down, -6 to 6")
      ->capture_default_str();
  command->add_option("--volume", options->volume, "0 to 4; peaks are limited, not clipped")
      ->capture_default_str();
  command
      ->add_option("--style", options->style,
                   "neutral, calm, brisk, soft, loud, bright, deep or whisper (docs/sound.md)")
      ->capture_default_str();
  command->add_option("--asides", options->asides, "What is in round brackets, '(he left)'")
      ->check(CLI::IsMember({"say", "whisper", "skip"}))
      ->capture_default_str();
  command->add_option("--loudness", options->loudness,
                      "Target loudness in LUFS, -40 to -12 (EBU R 128), true peak below -1 dB");
  command->add_flag("--dither", options->has_dither,
                    "Dither where samples are rounded to 16 bits: wav, pcm, flac");
  command->add_flag("--trim", options->trim, "No silence at the start and the end");
  command
      ->add_option("--watermark", options->watermark,
                   "Mark the audio with this number, 0 to 4294967295 (docs/watermark.md)")
      ->type_name("PAYLOAD");
  command
      ->add_option("--key-file", options->key_file,
                   "Secret of the mark; default: the variable LITETTS_AUDIO_WATERMARK_KEY")
      ->type_name("FILE");
  command->add_option("--threads", options->threads, "0: the physical cores this process may use")
      ->check(CLI::Range(size_t{0}, kMaxThreads))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Add the model's breath noise from this seed");
  command->add_flag("--phonemes", options->is_phonemes, "The text is phonemes");
  command->add_flag("--exact", options->is_exact,
                    "Played or piped audio has the samples of a file: it begins when the first "
                    "piece is made, not while it is made");
  command->add_flag("--ssml", options->is_ssml, "The text is SSML (docs/ssml.md)")
      ->excludes("--phonemes");
  command
      ->add_option("--media-folder", options->media_folder,
                   "Folder of the recordings and lexicons that SSML may name")
      ->type_name("FOLDER");
  AddLexicon(*command, options->lexicon);
  AddCleaning(*command, options->cleaning, options->markup);
  command->add_flag("--json", options->as_json, "Print what was measured as one JSON object");
  command->add_flag("--profile", options->has_profile,
                    "Print where the network's time went to standard error");
  command->add_option("--trace", options->trace, "Write the same, run by run, as Chrome trace JSON")
      ->type_name("FILE");
  AddBackend(*command, options->backend);
  command->add_option("--model", options->files.model, "Model file")->type_name("FILE");
  command->add_option("--voices", options->files.voices, "Voices file")->type_name("FILE");
  command->add_option("--english", options->files.english, "English data file")->type_name("FILE");
  command->callback([options, &action] { action = [options] { return Say(*options); }; });
}

}  // namespace litetts::cli
