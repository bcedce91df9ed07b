#pragma once

#include <string>
#include <vector>

#include "cli/bench_cell.h"
#include "cli/bench_row.h"

namespace litetts::cli {

struct MatrixOptions {
  std::vector<std::string> models;                               // files or patterns
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();  // of the voices and of English
  std::vector<std::string> backends = {"native"};
  std::vector<std::string> precisions = {"auto"};  // of the native backend
  std::vector<size_t> threads;
  std::vector<std::string> texts;
  std::vector<std::string> voices;
  size_t repeats = 5;
  model::OnnxRuntimeOptions onnx;
  bool has_quality = false;
  std::string reference;  // model file that distances are to; empty: the first of 32-bit floats
  std::string folder;     // of converted models, samples and what was measured so far
  bool is_fresh = false;  // forgets what was measured before an interruption
};

// A cell, or why it cannot be measured.
struct PlannedCell {
  BenchCell cell;
  std::string problem;
};

// One row for each, measured in a process of its own; progress goes to standard error. What was
// measured is kept in `folder` until all is done, so that an interrupted run goes on where it
// stopped.
Result<std::vector<BenchRow>> MeasureCells(const std::vector<PlannedCell>& cells,
                                           const std::string& folder, bool is_fresh);

// Speaks what distances are to, the native backend in 32-bit floats, where that is not there yet.
Status SpeakReferences(const MatrixOptions& options, const std::string& model);
// File of the samples for that text and voice.
std::string ReferencePath(const std::string& folder, const BenchCell& cell);

// Every model with every backend and setting.
Result<BenchReport> RunMatrix(const MatrixOptions& options);

// Of `base` beside `changed`: prints how the figures differ. kFailedPrecondition where one is worse
// by more than `threshold` (0.05: 5 %), or missing.
Status CompareReports(const BenchReport& base, const BenchReport& changed, double threshold);

}  // namespace litetts::cli
