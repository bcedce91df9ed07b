#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/thread_pool.h"
#include "cli/command.h"
#include "cli/profile_report.h"
#include "engine/synthesizer.h"
#include "kernels/fma_peak.h"
#include "kernels/simd.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct BenchText {
  std::string_view name;
  std::string_view text;
};

// About 2 s, a dozen words, 7 s, 25 s in one sentence, and 60 s of speech; bench/texts has the same
// for the peers.
constexpr std::array<BenchText, 5> kTexts = {{
#include "bench_texts.inc"
}};

struct BenchOptions {
  std::vector<size_t> threads;
  std::vector<std::string> texts = {"short", "dozen", "medium", "sentence", "long"};
  std::string voice = "af_heart";
  size_t repeats = 3;
  bool as_json = false;
  model::BackendOptions backend;
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
};

// Counts samples, keeps nothing.
class NullSink : public engine::AudioSink {
 public:
  Status OnStart(const text::Analysis&) override { return OkStatus(); }
  Status OnChunk(size_t, std::span<const int32_t>, size_t) override { return OkStatus(); }
  Status OnSamples(std::span<const float>) override { return OkStatus(); }
};

struct Measurement {
  std::string_view text;
  size_t threads = 0;
  double audio_seconds = 0.0;
  double rtf = 0.0;                  // of the text as a file; median of the repeats
  double first_audio_seconds = 0.0;  // of the text as a stream; median of the repeats
  double gflops = 0.0;               // inside convolutions and linear layers
  size_t peak_rss_bytes = 0;         // of the process since this measurement began
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

Result<Measurement> MeasureText(const engine::Synthesizer& synthesizer, const BenchOptions& options,
                                const BenchText& text, size_t threads) {
  engine::SpeakRequest request;
  request.text = text.text;
  request.voice = options.voice;
  model::LayerProfile profile;
  request.profile = &profile;
  ResetPeakResidentBytes();
  model::Workspace workspace(threads);
  NullSink sink;
  Measurement result{.text = text.name, .threads = threads};
  std::vector<double> rtfs;
  std::vector<double> first_audio;
  const auto speak = [&](bool sound_soon) {
    request.sound_soon = sound_soon;
    return synthesizer.Speak(
        request, [&]() -> model::Workspace& { return workspace; }, sink);
  };
  LITETTS_RETURN_IF_ERROR(speak(false).status());  // the warm-up touches the pages
  for (size_t i = 0; i < options.repeats; ++i) {
    LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport streamed, speak(true));
    first_audio.push_back(streamed.first_audio_seconds);
    if (i == 0) profile = {};
    LITETTS_ASSIGN_OR_RETURN(const engine::SpeakReport whole, speak(false));
    rtfs.push_back(whole.rtf());
    result.audio_seconds = whole.audio_seconds();
  }
  result.rtf = Median(rtfs);
  result.first_audio_seconds = Median(first_audio);
  result.gflops = ProductGflops(profile);
  result.peak_rss_bytes = PeakResidentBytes();
  return result;
}

json::object ToJson(const Measurement& measurement) {
  return {{"text", measurement.text},
          {"threads", measurement.threads},
          {"audio_seconds", measurement.audio_seconds},
          {"rtf", measurement.rtf},
          {"first_audio_seconds", measurement.first_audio_seconds},
          {"gflops", measurement.gflops},
          {"peak_rss_bytes", measurement.peak_rss_bytes}};
}

Status PrintReport(const std::vector<Measurement>& measurements, double load_seconds,
                   const model::BackendInfo& backend, bool as_json) {
  const double peak = kernels::MeasureFmaPeak();
  if (as_json) {
    json::array results;
    for (const Measurement& each : measurements) results.push_back(ToJson(each));
    return Print(json::serialize(json::object{{"load_seconds", load_seconds},
                                              {"simd", kernels::SimdName()},
                                              {"precision", backend.precision},
                                              {"weights", backend.variant},
                                              {"backend", backend.name},
                                              {"backend_version", backend.version},
                                              {"fma_peak_gflops_per_core", peak},
                                              {"results", std::move(results)}}) +
                 "\n");
  }
  std::string out = Concat(backend.version.empty() ? Concat("SIMD ", kernels::SimdName(), ", ",
                                                            backend.precision, " arithmetic, ")
                                                   : Concat("ONNX Runtime ", backend.version, ", "),
                           backend.variant, " weights, loaded in ", load_seconds * 1e3,
                           " ms; peak of a core: ", peak, " GFLOP/s in float\n");
  std::array<char, 160> line;
  std::snprintf(line.data(), line.size(), "%-8s %8s %9s %8s %13s %8s %8s %8s\n", "text", "threads",
                "audio s", "RTF", "first sound s", "GFLOP/s", "of peak", "peak MB");
  out += line.data();
  for (const Measurement& each : measurements) {
    std::snprintf(line.data(), line.size(), "%-8s %8zu %9.2f %8.4f %13.3f %8.0f %7.0f%% %8.1f\n",
                  std::string(each.text).c_str(), each.threads, each.audio_seconds, each.rtf,
                  each.first_audio_seconds, each.gflops,
                  100.0 * each.gflops / (peak * static_cast<double>(each.threads)),
                  static_cast<double>(each.peak_rss_bytes) / 1e6);
    out += line.data();
  }
  return Print(out);
}

Status Bench(const BenchOptions& options) {
  std::vector<size_t> threads = options.threads;
  if (threads.empty()) {
    threads.push_back(1);
    if (UsableCores() > 1) threads.push_back(UsableCores());
  }
  std::vector<Measurement> measurements;
  std::optional<engine::Synthesizer> synthesizer;
  double load_seconds = 0.0;
  for (const size_t count : threads) {
    // ONNX Runtime gets its threads when it is loaded.
    if (!synthesizer || options.backend.kind == model::BackendKind::kOnnxRuntime) {
      synthesizer.reset();
      const double start = NowSeconds();
      LITETTS_ASSIGN_OR_RETURN(
          synthesizer,
          engine::Synthesizer::Load(options.files, WithThreads(options.backend, count)));
      load_seconds = NowSeconds() - start;
    }
    for (const BenchText& text : kTexts) {
      if (std::find(options.texts.begin(), options.texts.end(), text.name) == options.texts.end()) {
        continue;
      }
      LITETTS_ASSIGN_OR_RETURN(Measurement measurement,
                               MeasureText(*synthesizer, options, text, count));
      measurements.push_back(std::move(measurement));
    }
  }
  return PrintReport(measurements, load_seconds, synthesizer->backend(), options.as_json);
}

}  // namespace

void AddBenchCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("bench", "Measure speed and memory on this machine");
  auto options = std::make_shared<BenchOptions>();
  command->add_option("--threads", options->threads, "Thread counts, default 1 and all cores")
      ->delimiter(',')
      ->check(CLI::Range(size_t{1}, kMaxThreads));
  command->add_option("--texts", options->texts, "Which of short, dozen, medium, sentence, long")
      ->delimiter(',')
      ->check(CLI::IsMember({"short", "dozen", "medium", "sentence", "long"}));
  command->add_option("--voice", options->voice)->capture_default_str();
  command->add_option("--repeats", options->repeats, "Runs after the warm-up; medians are shown")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--json", options->as_json, "Print one JSON object");
  AddBackend(*command, options->backend);
  command->add_option("--model", options->files.model, "Model file")->type_name("FILE");
  command->callback([options, &action] { action = [options] { return Bench(*options); }; });
}

}  // namespace litetts::cli
