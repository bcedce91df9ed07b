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
#include "base/file.h"
#include "base/thread_pool.h"
#include "cli/bench_cell.h"
#include "cli/bench_matrix.h"
#include "cli/command.h"
#include "cli/profile_report.h"
#include "engine/synthesizer.h"
#include "kernels/fma_peak.h"
#include "kernels/simd.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct BenchOptions {
  std::vector<size_t> threads;
  std::vector<std::string> texts = {"short", "dozen", "medium", "sentence", "long"};
  std::vector<std::string> voices = {"af_heart"};
  size_t repeats = 3;
  bool as_json = false;
  std::string json_file;
  std::string markdown_file;
  std::string html_file;
  MatrixOptions matrix;
  model::BackendOptions backend;
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
};

struct Measurement {
  std::string text;
  size_t threads = 0;
  double audio_seconds = 0.0;
  double rtf = 0.0;                  // of the text as a file; median of the repeats
  double first_audio_seconds = 0.0;  // of the text as a stream; median of the repeats
  double gflops = 0.0;               // inside convolutions and linear layers
  size_t peak_rss_bytes = 0;         // of the process since this measurement began
};

Result<Measurement> MeasureText(const engine::Synthesizer& synthesizer, const BenchOptions& options,
                                const std::string& text, size_t threads) {
  engine::SpeakRequest request;
  request.text = BenchTextOf(text);
  request.voice = options.voices.front();
  model::LayerProfile profile;
  request.profile = &profile;
  ResetPeakResidentBytes();
  model::Workspace workspace(threads);
  engine::NullSink sink;
  LITETTS_ASSIGN_OR_RETURN(const SpeakRuns runs,
                           SpeakRepeatedly(
                               synthesizer, request, options.repeats,
                               [&]() -> model::Workspace& { return workspace; }, sink));
  return Measurement{.text = text,
                     .threads = threads,
                     .audio_seconds = runs.audio_seconds,
                     .rtf = Percentile(runs.rtfs, 0.5),
                     .first_audio_seconds = Percentile(runs.first_audio_seconds, 0.5),
                     .gflops = ProductGflops(profile),
                     .peak_rss_bytes = PeakResidentBytes()};
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
                  each.text.c_str(), each.threads, each.audio_seconds, each.rtf,
                  each.first_audio_seconds, each.gflops,
                  100.0 * each.gflops / (peak * static_cast<double>(each.threads)),
                  static_cast<double>(each.peak_rss_bytes) / 1e6);
    out += line.data();
  }
  return Print(out);
}

std::vector<size_t> ThreadsOf(const BenchOptions& options) {
  if (!options.threads.empty()) return options.threads;
  if (UsableCores() == 1) return {1};
  return {1, UsableCores()};
}

Status BenchMatrix(const BenchOptions& options, const std::string& command) {
  MatrixOptions matrix = options.matrix;
  matrix.threads = ThreadsOf(options);
  matrix.texts = options.texts;
  matrix.voices = options.voices;
  matrix.repeats = options.repeats;
  matrix.onnx = options.backend.onnx;
  if (matrix.precisions.empty()) {
    matrix.precisions = {std::string(model::PrecisionName(options.backend.precision))};
  }
  if (matrix.folder.empty()) matrix.folder = HomeFolder() + "/bench";
  LITETTS_ASSIGN_OR_RETURN(BenchReport report, RunMatrix(matrix));
  report.command = command;
  if (!options.json_file.empty()) {
    LITETTS_RETURN_IF_ERROR(WriteFile(options.json_file, ToJson(report)));
  }
  if (!options.markdown_file.empty()) {
    LITETTS_RETURN_IF_ERROR(WriteFile(options.markdown_file, ToMarkdown(report)));
  }
  if (!options.html_file.empty()) {
    LITETTS_RETURN_IF_ERROR(WriteFile(options.html_file, ToHtml(report)));
  }
  return Print(options.as_json && options.json_file.empty() ? ToJson(report) : ToMarkdown(report));
}

Status Bench(const BenchOptions& options) {
  const std::vector<size_t> threads = ThreadsOf(options);
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
    for (const std::string& text : BenchTextNames()) {
      if (std::find(options.texts.begin(), options.texts.end(), text) == options.texts.end()) {
        continue;
      }
      LITETTS_ASSIGN_OR_RETURN(Measurement measurement,
                               MeasureText(*synthesizer, options, text, count));
      measurements.push_back(std::move(measurement));
    }
  }
  return PrintReport(measurements, load_seconds, synthesizer->backend(), options.as_json);
}

void AddMatrixOptions(CLI::App& command, BenchOptions& options) {
  MatrixOptions& matrix = options.matrix;
  command
      .add_option("--models", matrix.models,
                  "Model files or patterns: each with every backend and setting, in a process of "
                  "its own")
      ->delimiter(',')
      ->type_name("GLOB");
  command.add_option("--backends", matrix.backends, "Of native, onnxruntime")
      ->delimiter(',')
      ->check(CLI::IsMember({"native", "onnxruntime"}))
      ->default_str("native");
  command
      .add_option("--precisions", matrix.precisions, "Of the native backend; default: --precision")
      ->delimiter(',')
      ->check(CLI::IsMember({"auto", "f32", "bf16", "int8"}));
  command.add_flag("--quality", matrix.has_quality, "Tell how far the sound is from 32-bit floats");
  command.add_option("--reference", matrix.reference, "Model file of those; default: by its name")
      ->type_name("FILE");
  command.add_option("--markdown", options.markdown_file, "Also write the table there")
      ->type_name("FILE");
  command.add_option("--html", options.html_file, "Write a page with charts there")
      ->type_name("FILE");
  command
      .add_option(
          "--folder", matrix.folder,
          "Folder of converted models and of an interrupted run; default: bench in the data "
          "folder")
      ->type_name("FOLDER");
  command.add_flag("--fresh", matrix.is_fresh, "Measure again what an interrupted run measured");
}

void AddCompareCommand(CLI::App& bench, Action& action) {
  struct Options {
    std::string base;
    std::string changed;
    double threshold = 5.0;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = bench.add_subcommand(
      "compare", "Fail where the second of two reports of --json FILE is worse");
  command->add_option("base", options->base, "Report before")->required()->type_name("A.json");
  command->add_option("changed", options->changed, "Report after")->required()->type_name("B.json");
  command->add_option("--threshold", options->threshold, "Percent that count as noise")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  command->callback([options, &action] {
    action = [options]() -> Status {
      LITETTS_ASSIGN_OR_RETURN(const BenchReport base, ReadReport(options->base));
      LITETTS_ASSIGN_OR_RETURN(const BenchReport changed, ReadReport(options->changed));
      return CompareReports(base, changed, options->threshold / 100.0);
    };
  });
}

}  // namespace

void AddBenchCommand(CLI::App& app, Action& action, const std::string& command_line) {
  CLI::App* command = app.add_subcommand("bench", "Measure speed and memory on this machine");
  auto options = std::make_shared<BenchOptions>();
  command->add_option("--threads", options->threads, "Thread counts, default 1 and all cores")
      ->delimiter(',')
      ->check(CLI::Range(size_t{1}, kMaxThreads));
  command->add_option("--texts", options->texts, "Which of short, dozen, medium, sentence, long")
      ->delimiter(',')
      ->check(CLI::IsMember(BenchTextNames()));
  command->add_option("--voice,--voices", options->voices, "Several with --models only")
      ->delimiter(',')
      ->default_str("af_heart");
  command->add_option("--repeats", options->repeats, "Runs after the warm-up; medians are shown")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option_function<std::vector<std::string>>(
          "--json",
          [options](const std::vector<std::string>& files) {
            options->as_json = true;
            if (!files.empty() && files.front() != "true") options->json_file = files.front();
          },
          "Print one JSON object; with --models also: write it to FILE")
      ->expected(0, 1)
      ->type_name("[FILE]");
  AddBackend(*command, options->backend);
  command->add_option("--model", options->files.model, "Model file")->type_name("FILE");
  AddMatrixOptions(*command, *options);
  AddCellCommand(*command, action);
  AddCompareCommand(*command, action);
  command->callback([command, options, command_line, &action] {
    if (!command->get_subcommands().empty()) return;  // which has set the action
    action = [command, options, command_line]() -> Status {
      if (!options->matrix.models.empty()) return BenchMatrix(*options, command_line);
      for (const char* name :
           {"--backends", "--precisions", "--reference", "--folder", "--fresh"}) {
        if (command->count(name) > 0) return InvalidArgument(name, " needs --models");
      }
      const bool has_file = !options->json_file.empty() || !options->markdown_file.empty() ||
                            !options->html_file.empty();
      if (has_file || options->matrix.has_quality || options->voices.size() > 1) {
        return InvalidArgument("files, --quality and several voices need --models");
      }
      return Bench(*options);
    };
  });
}

}  // namespace litetts::cli
