#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace litetts::cli {

// What a process of its own measured of one text in one setting. Seconds of the wall clock.
struct BenchRow {
  std::string model;      // file name
  std::string backend;    // "native" or "onnxruntime"
  std::string precision;  // as in model::BackendInfo
  size_t threads = 0;
  std::string text;  // its name
  std::string voice;
  std::string problem;  // why there are no figures; empty: there are

  std::string backend_version;
  std::vector<std::pair<std::string, std::string>> settings;
  size_t num_runs = 0;         // warm ones, of each kind
  double audio_seconds = 0.0;  // as a file
  double load_seconds = 0.0;
  double cold_rtf = 0.0;                  // of the first run after the load, a stream
  double cold_first_audio_seconds = 0.0;  // from the start of the load
  double rtf = 0.0;                       // as a file; median of the warm runs
  double rtf_least = 0.0;
  double rtf_most = 0.0;
  double first_audio_p50 = 0.0;  // as a stream; of the warm runs
  double first_audio_p95 = 0.0;
  double first_audio_p99 = 0.0;
  double cached_first_audio_p50 = 0.0;         // text and audio from the caches
  double cpu_seconds = 0.0;                    // of all cores, for a second of a file
  std::optional<double> joules;                // of the whole machine, for a second of a file
  std::optional<double> distance_db;           // log-spectral, to the reference
  std::optional<double> reference_difference;  // in length, seconds
  size_t peak_rss_bytes = 0;                   // of loading and speaking

  // Equal in two reports where they measured the same thing.
  std::string Key() const;
  // "model_q4.onnx onnxruntime, 2 threads, medium".
  std::string Name() const;
};

struct BenchReport {
  std::string cpu;
  size_t num_cores = 0;
  std::string simd;
  std::string version;    // of the program
  std::string build;      // BuildId()
  std::string command;    // that made it
  std::string reference;  // model file that distances are to; empty: none
  std::string when;       // UTC, ISO 8601
  std::vector<BenchRow> rows;
};

std::string ToJson(const BenchRow& row);
std::string ToJson(const BenchReport& report);
// kDataLoss, naming the field.
Result<BenchRow> ParseRow(std::string_view json);
// kNotFound, or kInvalidArgument for a file that is no such report.
Result<BenchReport> ReadReport(const std::string& path);

// What this machine and program are; no rows.
BenchReport NewReport();

// A GitHub table.
std::string ToMarkdown(const BenchReport& report);
// One page that needs nothing else, with charts.
std::string ToHtml(const BenchReport& report);

}  // namespace litetts::cli
