#pragma once

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
