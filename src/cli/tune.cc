// `litetts tune`: measures what this machine does best, for the server's settings.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "cli/bench_matrix.h"
#include "cli/command.h"
#include "cli/server_settings.h"
#include "model/blend_store.h"
#include "model/onnx_runtime.h"
#include "model/voice.h"
#include "server/server.h"
#include "server/voice_names.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

// The median of tools/compare_precision.py may be that far from 32-bit floats.
constexpr double kMaxDistanceDb = 0.8;

struct TuneOptions {
  ServerSettings settings;
  std::vector<std::string> texts = {"medium"};
  size_t repeats = 3;
  double max_distance_db = kMaxDistanceDb;
  bool is_dry = false;
  bool as_json = false;
  bool is_fresh = false;
  std::string folder;
};

bool IsFixed(const server::ServerConfig& config, const std::string& key) {
  return config.origins.contains(key);
}

std::vector<size_t> ThreadCounts(const server::ServerConfig& config) {
  if (IsFixed(config, "performance.threads")) {
    return {config.threads > 0 ? static_cast<size_t>(config.threads) : UsableCores()};
  }
  std::set<size_t> counts = {1, (UsableCores() + 1) / 2, UsableCores()};
  return {counts.begin(), counts.end()};
}

// The backends, models and precisions to choose from, within what the user has set.
std::vector<BenchCell> Choices(const server::ServerConfig& config) {
  std::vector<BenchCell> choices;
  const std::string path = server::FilesOf(config).model;
  const bool is_fixed = IsFixed(config, "performance.backend");
  const auto add = [&](const std::string& model, const model::BackendOptions& backend) {
    BenchCell cell;
    cell.files = server::FilesOf(config);
    cell.files.model = model;
    cell.model_name = std::filesystem::path(model).filename().string();
    cell.backend = backend;
    choices.push_back(std::move(cell));
  };
  model::BackendOptions backend = *server::BackendOf(config);
  if (!path.ends_with(".onnx") && (!is_fixed || config.backend == "native")) {
    backend.kind = model::BackendKind::kNative;
    for (const char* name : {"f32", "bf16", "int8"}) {
      const model::Precision precision = *model::ParsePrecision(name);
      if (!model::ResolvePrecision(precision).ok()) continue;  // this processor lacks it
      if (IsFixed(config, "performance.precision") && config.precision != name) continue;
      backend.precision = precision;
      add(path, backend);
    }
    if (choices.empty()) {  // the user's is auto
      backend.precision = model::Precision::kAuto;
      add(path, backend);
    }
  }
  const bool may_be_onnx = (!is_fixed || config.backend == "onnxruntime") &&
                           !config.copies_weights &&  // which it cannot
                           (path.ends_with(".onnx") || !IsFixed(config, "model.path"));
  const std::string onnx_model = path.ends_with(".onnx") ? path : engine::DefaultOnnxModel();
  if (!may_be_onnx || ::access(onnx_model.c_str(), R_OK) != 0) return choices;
  backend.kind = model::BackendKind::kOnnxRuntime;
  backend.onnx.intra_op_threads = config.onnx_intra_op_threads;
  if (backend.onnx.library.empty()) {
    const Result<std::string> library = model::FindOnnxRuntime();
    if (!library.ok()) {
      std::fprintf(stderr, "ONNX Runtime is left out: %s\n", library.status().message().c_str());
      return choices;
    }
    backend.onnx.library = *library;
  }
  add(onnx_model, backend);
  return choices;
}

// One way to run, over all texts.
struct Score {
  const BenchRow* row = nullptr;  // of the first text
  const BenchCell* cell = nullptr;
  double rtf = 0.0;          // geometric mean
  double distance_db = 0.0;  // the largest
  std::string problem;
};

std::vector<Score> ScoresOf(const std::vector<PlannedCell>& cells,
                            const std::vector<BenchRow>& rows) {
  std::vector<Score> scores;
  std::map<std::string, size_t> by_name;
  std::vector<size_t> counts;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string name =
        Concat(rows[i].model, rows[i].backend, rows[i].precision, ' ', rows[i].threads);
    const auto [found, is_new] = by_name.emplace(name, scores.size());
    if (is_new) {
      scores.push_back({.row = &rows[i], .cell = &cells[i].cell, .problem = {}});
      counts.push_back(0);
    }
    Score& score = scores[found->second];
    ++counts[found->second];
    score.rtf += std::log(std::max(rows[i].rtf, 1e-9));
    score.distance_db = std::max(score.distance_db, rows[i].distance_db.value_or(0.0));
    if (score.problem.empty()) score.problem = rows[i].problem;
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    scores[i].rtf = std::exp(scores[i].rtf / static_cast<double>(counts[i]));
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const Score& a, const Score& b) { return a.rtf < b.rtf; });
  return scores;
}

// The keys that the choice sets: those that the user has not.
std::map<std::string, json::value> KeysOf(const Score& best, const server::ServerConfig& config) {
  std::map<std::string, json::value> keys;
  const bool is_native = best.row->backend == "native";
  keys["performance.backend"] = best.row->backend;
  keys["performance.threads"] = best.row->threads;
  if (is_native) keys["performance.precision"] = best.row->precision;
  if (!is_native) {
    keys["model.path"] = best.cell->files.model;
    keys["onnxruntime.library"] = best.cell->backend.onnx.library;
  }
  std::erase_if(keys, [&](const auto& entry) { return IsFixed(config, entry.first); });
  return keys;
}

std::string TunedJson(const std::map<std::string, json::value>& keys, const Score& best,
                      const TuneOptions& options, const BenchReport& report) {
  json::object settings;
  for (const auto& [key, value] : keys) settings[key] = value;
  json::object evidence = json::parse(ToJson(report)).as_object();
  evidence["chosen"] = best.row->Name();
  evidence["rule"] = Concat("the least real-time factor of those at most ", options.max_distance_db,
                            " dB from 32-bit floats");
  return json::serialize(
             json::object{{"settings", std::move(settings)}, {"evidence", std::move(evidence)}}) +
         "\n";
}

std::string Table(const std::vector<Score>& scores, const Score& best, double max_distance_db) {
  std::string out;
  for (const Score& score : scores) {
    char text[96];
    std::snprintf(text, sizeof(text), "RTF %.3f, %.2f dB from 32-bit floats", score.rtf,
                  score.distance_db);
    const bool is_far = score.distance_db > max_distance_db;
    out += Concat(&score == &best ? "* " : "  ", score.row->model, ' ', score.row->backend,
                  score.row->backend == "native" ? " " + score.row->precision : "", ", ",
                  score.row->threads, score.row->threads == 1 ? " thread: " : " threads: ",
                  score.problem.empty() ? text : score.problem,
                  score.problem.empty() && is_far ? " (too far)" : "", '\n');
  }
  return out;
}

// As the engine knows it.
Result<std::string> DefaultVoice(const server::ServerConfig& config) {
  const engine::SpeakerFiles files = server::FilesOf(config);
  LITETTS_ASSIGN_OR_RETURN(const model::VoiceTable table, model::VoiceTable::Open(files.voices));
  std::vector<std::string> names;
  for (const model::VoiceInfo& voice : table.voices()) names.push_back(voice.name);
  const model::BlendStore blends(files.blends);
  const Result<std::string> voice = server::ResolveVoice(config.default_voice, names, &blends);
  if (!voice.ok()) return InvalidArgument("voice.default_voice: ", voice.status().message());
  return *voice;
}

Status Tune(const TuneOptions& options, const std::string& command_line) {
  ServerSettings settings = options.settings;
  settings.ignores_tuned = true;  // what was chosen before is no choice of the user's
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, settings.Load());
  MatrixOptions matrix;
  matrix.texts = options.texts;
  matrix.files = server::FilesOf(config);
  LITETTS_ASSIGN_OR_RETURN(const std::string voice, DefaultVoice(config));
  matrix.voices = {voice};
  matrix.folder = options.folder.empty() ? HomeFolder() + "/bench" : options.folder;
  std::error_code error;
  std::filesystem::create_directories(matrix.folder, error);
  if (error) return PermissionDenied("cannot make '", matrix.folder, "': ", error.message());
  const std::vector<BenchCell> choices = Choices(config);
  if (choices.empty()) return FailedPrecondition("the settings leave nothing to choose from");
  const std::string reference = choices.front().files.model;
  LITETTS_RETURN_IF_ERROR(SpeakReferences(matrix, reference));
  std::vector<PlannedCell> cells;
  for (const std::string& text : options.texts) {
    for (const size_t threads : ThreadCounts(config)) {
      for (const BenchCell& choice : choices) {
        PlannedCell& each = cells.emplace_back(PlannedCell{.cell = choice, .problem = {}});
        each.cell.text = text;
        each.cell.voice = voice;
        each.cell.threads = threads;
        each.cell.repeats = options.repeats;
        each.cell.reference = ReferencePath(matrix.folder, each.cell);
      }
    }
  }
  BenchReport report = NewReport();
  report.command = command_line;
  report.reference = std::filesystem::path(reference).filename().string();
  LITETTS_ASSIGN_OR_RETURN(report.rows, MeasureCells(cells, matrix.folder, options.is_fresh));
  const std::vector<Score> scores = ScoresOf(cells, report.rows);
  const auto best = std::find_if(scores.begin(), scores.end(), [&](const Score& score) {
    return score.problem.empty() && score.distance_db <= options.max_distance_db;
  });
  if (best == scores.end()) {
    LITETTS_RETURN_IF_ERROR(Print(Table(scores, {}, options.max_distance_db)));
    return FailedPrecondition("none of them can run within ", options.max_distance_db, " dB");
  }
  const std::map<std::string, json::value> keys = KeysOf(*best, config);
  const std::string tuned = TunedJson(keys, *best, options, report);
  const std::string path = TunedPath();
  if (!options.is_dry) LITETTS_RETURN_IF_ERROR(WriteFile(path, tuned));
  if (options.as_json) return Print(tuned);
  std::string out = Table(scores, *best, options.max_distance_db);
  for (const auto& [key, value] : keys) out += Concat(key, " = ", json::serialize(value), '\n');
  for (const char* key : {"performance.backend", "performance.precision", "performance.threads"}) {
    if (IsFixed(config, key)) out += Concat(key, " stays as you set it\n");
  }
  return Print(out + (options.is_dry ? "nothing is written\n" : "written to " + path + "\n"));
}

}  // namespace

void AddTuneCommand(CLI::App& app, Action& action, const std::string& command_line) {
  const auto options = std::make_shared<TuneOptions>();
  CLI::App* command = app.add_subcommand(
      "tune", "Choose backend, precision and threads for this machine by measuring");
  AddServerSettings(*command, options->settings);
  command->add_option("--texts", options->texts, "What is spoken: of bench's texts")
      ->delimiter(',')
      ->check(CLI::IsMember(BenchTextNames()))
      ->default_str("medium");
  command->add_option("--repeats", options->repeats, "Runs after the warm-up; medians count")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--max-distance", options->max_distance_db,
                   "dB that the sound may be from 32-bit floats")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command->add_option("--folder", options->folder, "As in bench")->type_name("FOLDER");
  command->add_flag("--fresh", options->is_fresh, "Measure again what an interrupted run measured");
  command->add_flag("--dry-run", options->is_dry, "Write nothing");
  command->add_flag("--json", options->as_json, "Print what is written, with the evidence");
  command->callback([options, command_line, &action] {
    action = [options, command_line] { return Tune(*options, command_line); };
  });
}

}  // namespace litetts::cli
