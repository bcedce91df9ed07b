#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bench_row.h"
#include "cli/command.h"
#include "engine/synthesizer.h"
#include "model/backend.h"

namespace litetts::cli {

// One measurement: what is spoken, and with what.
struct BenchCell {
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
  std::string model_name;  // in the report
  model::BackendOptions backend;
  size_t threads = 1;
  std::string text = "medium";  // its name
  std::string voice = "af_heart";
  size_t repeats = 5;
  std::string samples;    // file for the samples, 32-bit floats; empty: none
  std::string reference;  // such a file, to tell the distance to; empty: none
};

// The text of that name; empty where there is none.
std::string_view BenchTextOf(std::string_view name);
std::vector<std::string> BenchTextNames();

// The nearest rank. REQUIRES: `values` is not empty.
double Percentile(std::vector<double> values, double share);

// What one text took, as a player asks for it and as a file.
struct SpeakRuns {
  std::vector<double> first_audio_seconds;  // of the streams, whose first chunk is short
  std::vector<double> rtfs;                 // of the files
  double audio_seconds = 0.0;               // of one file
  double cpu_seconds = 0.0;                 // of all threads, of all files
  std::optional<double> joules;             // of the whole machine, of all files
};

// Speaks the text once as a file, into `first_file`, which touches the memory; then `num_runs`
// times as a stream and as often as a file. `request.profile` gets the layers of these files alone.
Result<SpeakRuns> SpeakRepeatedly(const engine::Synthesizer& synthesizer,
                                  engine::SpeakRequest request, size_t num_runs,
                                  const engine::WorkspaceSource& workspace,
                                  engine::AudioSink& first_file);

// Measures in this process, which should have done nothing else.
Result<BenchRow> MeasureCell(const BenchCell& cell);

// A row without figures.
BenchRow ProblemRow(const BenchCell& cell, std::string_view problem);

// Measures in a new process of this program. What goes wrong there is the row's problem.
Result<BenchRow> MeasureInProcess(const BenchCell& cell);

// Equal where the same would be measured again, with the same program and files.
std::string CellKey(const BenchCell& cell);

// Adds the hidden command that such a process runs.
void AddCellCommand(CLI::App& bench, Action& action);

}  // namespace litetts::cli
