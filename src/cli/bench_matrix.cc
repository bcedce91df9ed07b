#include "cli/bench_matrix.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "base/cpu.h"
#include "base/file.h"
#include "model/import.h"
#include "model/onnx_runtime.h"

namespace litetts::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<std::string>> Expand(const std::vector<std::string>& patterns) {
  std::vector<std::string> paths;
  for (const std::string& pattern : patterns) {
    glob_t found = {};
    const int status = ::glob(pattern.c_str(), GLOB_TILDE, nullptr, &found);
    for (size_t i = 0; i < found.gl_pathc; ++i) {
      const std::string path = found.gl_pathv[i];
      if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    }
    ::globfree(&found);
    if (status != 0) return NotFound("no model file '", pattern, "'");
  }
  return paths;
}

bool IsOnnx(const std::string& path) { return path.ends_with(".onnx"); }

// Whether the name says that the weights are 32-bit floats.
bool IsWide(const std::string& path) {
  const std::string name = fs::path(path).filename().string();
  return name == "model.onnx" || name.find("f32") != std::string::npos ||
         name.find("fp32") != std::string::npos;
}

// The file as the native backend reads it: an ONNX file is converted once.
Result<std::string> NativeModel(const std::string& path, const std::string& folder) {
  if (!IsOnnx(path)) return path;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  const auto time = fs::last_write_time(path, error).time_since_epoch().count();
  const std::string converted =
      Concat(folder, "/", fs::path(path).stem().string(), "-", size, "-", time, ".safetensors");
  if (fs::exists(converted, error)) return converted;
  std::fprintf(stderr, "converting %s\n", path.c_str());
  LITETTS_RETURN_IF_ERROR(model::ImportOnnx(path, converted).status());
  return converted;
}

std::string Minutes(double seconds) {
  std::array<char, 32> text{};
  if (seconds < 90) {
    std::snprintf(text.data(), text.size(), "%.0f s", seconds);
  } else {
    std::snprintf(text.data(), text.size(), "%.0f min", seconds / 60);
  }
  return text.data();
}

// What was measured before an interruption: a line for each cell, its key, a tab and the row.
class Journal {
 public:
  Journal(std::string path, bool is_fresh) : path_(std::move(path)) {
    std::error_code error;
    if (is_fresh) fs::remove(path_, error);
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
      const size_t tab = line.find('\t');
      if (tab == std::string::npos) continue;  // cut off by the interruption
      if (Result<BenchRow> row = ParseRow(std::string_view(line).substr(tab + 1)); row.ok()) {
        rows_.insert_or_assign(line.substr(0, tab), *std::move(row));
      }
    }
  }

  const BenchRow* Find(const std::string& key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }

  Status Add(const std::string& key, const BenchRow& row) {
    std::ofstream file(path_, std::ios::app);
    file << key << '\t' << ToJson(row) << '\n' << std::flush;
    return file ? OkStatus() : ResourceExhausted("cannot write to '", path_, "'");
  }

  void Remove() {
    std::error_code error;
    fs::remove(path_, error);
  }

 private:
  const std::string path_;
  std::map<std::string, BenchRow> rows_;
};

// Tells what was done and how long the rest will take, by what the same text took so far.
class Progress {
 public:
  Progress(size_t num_cells, size_t num_known) : num_cells_(num_cells), num_done_(num_known) {}

  void Show(const BenchRow& row, double seconds, const std::map<std::string, size_t>& left) {
    ++num_done_;
    spent_[row.text].first += seconds;
    ++spent_[row.text].second;
    double all = 0.0;
    size_t count = 0;
    for (const auto& [text, each] : spent_) {
      all += each.first;
      count += each.second;
    }
    double rest = 0.0;
    for (const auto& [text, number] : left) {
      const auto same = spent_.find(text);
      const double mean = same != spent_.end()
                              ? same->second.first / static_cast<double>(same->second.second)
                              : all / static_cast<double>(count);
      rest += mean * static_cast<double>(number);
    }
    std::string what = row.problem;
    if (what.empty()) {
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), "RTF %.3f, first audio %.3f s", row.rtf,
                    row.first_audio_p50);
      what = text.data();
    }
    std::fprintf(stderr, "[%zu of %zu] %s: %s; %s left\n", num_done_, num_cells_,
                 row.Name().c_str(), what.c_str(), Minutes(rest).c_str());
  }

 private:
  const size_t num_cells_;
  size_t num_done_;
  std::map<std::string, std::pair<double, size_t>> spent_;  // by text: seconds and cells
};

// Each model with each backend and precision.
Result<std::vector<PlannedCell>> Candidates(const MatrixOptions& options,
                                            const std::vector<std::string>& models) {
  std::vector<PlannedCell> candidates;
  for (const std::string& path : models) {
    for (const std::string& backend : options.backends) {
      PlannedCell candidate;
      BenchCell& cell = candidate.cell;
      cell.model_name = fs::path(path).filename().string();
      cell.files = options.files;
      cell.files.model = path;
      cell.repeats = options.repeats;
      cell.backend.onnx = options.onnx;
      LITETTS_ASSIGN_OR_RETURN(cell.backend.kind, model::ParseBackend(backend));
      if (cell.backend.kind == model::BackendKind::kOnnxRuntime) {
        if (!IsOnnx(path)) candidate.problem = "the backend onnxruntime reads ONNX files only";
        candidates.push_back(std::move(candidate));
        continue;
      }
      Result<std::string> native = NativeModel(path, options.folder);
      if (native.ok()) {
        cell.files.model = *std::move(native);
      } else {
        candidate.problem = native.status().message();
      }
      for (const std::string& precision : options.precisions) {
        LITETTS_ASSIGN_OR_RETURN(cell.backend.precision, model::ParsePrecision(precision));
        candidates.push_back(candidate);
      }
    }
  }
  return candidates;
}

std::vector<PlannedCell> AllCells(const MatrixOptions& options,
                                  const std::vector<PlannedCell>& candidates) {
  std::vector<PlannedCell> cells;
  // Those that will be compared are measured one after the other.
  for (const std::string& text : options.texts) {
    for (const std::string& voice : options.voices) {
      for (const size_t threads : options.threads) {
        for (const PlannedCell& candidate : candidates) {
          PlannedCell& each = cells.emplace_back(candidate);
          each.cell.text = text;
          each.cell.voice = voice;
          each.cell.threads = threads;
        }
      }
    }
  }
  return cells;
}

}  // namespace

std::string ReferencePath(const std::string& folder, const BenchCell& cell) {
  return Concat(folder, "/reference-", cell.text, "-", cell.voice, ".f32");
}

Status SpeakReferences(const MatrixOptions& options, const std::string& model) {
  LITETTS_ASSIGN_OR_RETURN(const std::string native, NativeModel(model, options.folder));
  BenchCell cell;
  cell.model_name = fs::path(model).filename().string();
  cell.files = options.files;
  cell.files.model = native;
  cell.backend.precision = model::Precision::kF32;
  cell.threads = UsableCores();
  cell.repeats = 1;
  for (const std::string& text : options.texts) {
    for (const std::string& voice : options.voices) {
      cell.text = text;
      cell.voice = voice;
      cell.samples = ReferencePath(options.folder, cell);
      const std::string key_path = cell.samples + ".key";
      const Result<std::string> key = ReadFile(key_path, 1 << 16);
      std::error_code error;
      if (key.ok() && *key == CellKey(cell) && fs::exists(cell.samples, error)) continue;
      std::fprintf(stderr, "speaking the reference: %s, %s\n", text.c_str(), voice.c_str());
      LITETTS_ASSIGN_OR_RETURN(const BenchRow row, MeasureInProcess(cell));
      if (!row.problem.empty()) return FailedPrecondition("the reference: ", row.problem);
      std::ofstream(key_path) << CellKey(cell);
    }
  }
  return OkStatus();
}

Result<std::vector<BenchRow>> MeasureCells(const std::vector<PlannedCell>& cells,
                                           const std::string& folder, bool is_fresh) {
  Journal journal(folder + "/journal", is_fresh);
  std::map<std::string, size_t> left;
  size_t num_known = 0;
  for (const PlannedCell& each : cells) {
    const bool is_known = journal.Find(CellKey(each.cell)) != nullptr;
    num_known += is_known ? 1 : 0;
    if (!is_known) ++left[each.cell.text];
  }
  if (num_known > 0) {
    std::fprintf(stderr, "going on: %zu of %zu are measured already\n", num_known, cells.size());
  }
  Progress progress(cells.size(), num_known);
  std::vector<BenchRow> rows;
  for (const PlannedCell& each : cells) {
    const std::string key = CellKey(each.cell);
    if (const BenchRow* known = journal.Find(key)) {
      rows.push_back(*known);
      continue;
    }
    const double begin = NowSeconds();
    BenchRow row = ProblemRow(each.cell, each.problem);
    if (each.problem.empty()) {
      LITETTS_ASSIGN_OR_RETURN(row, MeasureInProcess(each.cell));
    }
    LITETTS_RETURN_IF_ERROR(journal.Add(key, row));
    --left[row.text];
    progress.Show(row, NowSeconds() - begin, left);
    rows.push_back(std::move(row));
  }
  journal.Remove();
  return rows;
}

Result<BenchReport> RunMatrix(const MatrixOptions& options) {
  std::error_code error;
  fs::create_directories(options.folder, error);
  if (error) return PermissionDenied("cannot make '", options.folder, "': ", error.message());
  LITETTS_ASSIGN_OR_RETURN(const std::vector<std::string> models, Expand(options.models));
  MatrixOptions used = options;
  const bool has_onnx =
      std::find(used.backends.begin(), used.backends.end(), "onnxruntime") != used.backends.end();
  if (has_onnx && used.onnx.library.empty()) {
    LITETTS_ASSIGN_OR_RETURN(used.onnx.library, model::FindOnnxRuntime());
  }
  BenchReport report = NewReport();
  if (options.has_quality) {
    const auto wide = std::find_if(models.begin(), models.end(), IsWide);
    const std::string reference = !options.reference.empty() ? options.reference
                                  : wide != models.end()     ? *wide
                                                             : models.front();
    report.reference = fs::path(reference).filename().string();
    LITETTS_RETURN_IF_ERROR(SpeakReferences(used, reference));
  }
  LITETTS_ASSIGN_OR_RETURN(const std::vector<PlannedCell> candidates, Candidates(used, models));
  std::vector<PlannedCell> cells = AllCells(used, candidates);
  if (options.has_quality) {
    for (PlannedCell& each : cells) each.cell.reference = ReferencePath(used.folder, each.cell);
  }
  LITETTS_ASSIGN_OR_RETURN(report.rows, MeasureCells(cells, options.folder, options.is_fresh));
  return report;
}

namespace {

struct Figure {
  const char* name;
  double (*value)(const BenchRow& row);
};

constexpr std::array<Figure, 3> kGated = {{
    {"RTF", [](const BenchRow& row) { return row.rtf; }},
    {"first audio", [](const BenchRow& row) { return row.first_audio_p50; }},
    {"peak memory", [](const BenchRow& row) { return static_cast<double>(row.peak_rss_bytes); }},
}};

}  // namespace

Status CompareReports(const BenchReport& base, const BenchReport& changed, double threshold) {
  std::map<std::string, const BenchRow*> by_key;
  for (const BenchRow& row : changed.rows) by_key[row.Key()] = &row;
  size_t num_compared = 0, num_worse = 0, num_missing = 0;
  std::string out;
  if (base.cpu != changed.cpu) {
    out += Concat("different processors: ", base.cpu, " and ", changed.cpu, "\n");
  }
  for (const BenchRow& before : base.rows) {
    if (!before.problem.empty()) continue;
    const auto found = by_key.find(before.Key());
    if (found == by_key.end() || !found->second->problem.empty()) {
      ++num_missing;
      out += Concat(before.Name(), ": ",
                    found == by_key.end() ? "not measured" : found->second->problem, '\n');
      continue;
    }
    for (const Figure& figure : kGated) {
      const double old_value = figure.value(before);
      const double new_value = figure.value(*found->second);
      if (old_value <= 0.0) continue;
      ++num_compared;
      const double change = new_value / old_value - 1.0;
      const bool is_worse = change > threshold;
      num_worse += is_worse ? 1 : 0;
      if (!is_worse && change > -threshold) continue;
      std::array<char, 128> text{};
      std::snprintf(text.data(), text.size(), ": %s %.4g -> %.4g (%+.1f %%)%s\n", figure.name,
                    old_value, new_value, 100.0 * change, is_worse ? " WORSE" : "");
      out += before.Name() + text.data();
    }
  }
  out += Concat(num_compared, " figures compared, ", num_worse, " worse by more than ",
                100.0 * threshold, " %, ", num_missing, " missing\n");
  LITETTS_RETURN_IF_ERROR(Print(out));
  if (num_compared == 0) return FailedPrecondition("the reports have nothing in common");
  if (num_worse + num_missing == 0) return OkStatus();
  return FailedPrecondition(num_worse, " of ", num_compared, " figures are worse by more than ",
                            100.0 * threshold, " %, ", num_missing, " settings are missing");
}

}  // namespace litetts::cli
