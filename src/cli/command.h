#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "audio/watermark_code.h"
#include "base/status.h"
#include "model/backend.h"
#include "text/frontend.h"

namespace CLI {
class App;
}

namespace litetts::cli {

// What the chosen subcommand does; main() runs it after parsing. kInvalidArgument becomes exit code
// 2 (usage), any other error 1.
using Action = std::function<Status()>;

// Each adds one subcommand to `app`, which on selection sets `action`.
void AddSayCommand(CLI::App& app, Action& action);
void AddPhonemizeCommand(CLI::App& app, Action& action);
void AddVoicesCommand(CLI::App& app, Action& action);
void AddModelCommand(CLI::App& app, Action& action);
void AddLexiconCommand(CLI::App& app, Action& action);
// `command_line`: what was typed, for reports.
void AddBenchCommand(CLI::App& app, Action& action, const std::string& command_line);
void AddTuneCommand(CLI::App& app, Action& action, const std::string& command_line);
void AddServeCommand(CLI::App& app, Action& action);
void AddConfigCommand(CLI::App& app, Action& action);
void AddCacheCommand(CLI::App& app, Action& action);
void AddDoctorCommand(CLI::App& app, Action& action);
void AddWatermarkCommand(CLI::App& app, Action& action);

// Where a command's text comes from: the positional TEXT ("-" is standard input) or --file.
struct TextSource {
  std::string text;
  std::string file;
  // kInvalidArgument if both or neither are given; kResourceExhausted above 64 MiB.
  Result<std::string> Read() const;
};

// Adds --precision, --backend and --onnx, checked while parsing.
void AddBackend(CLI::App& command, model::BackendOptions& backend);

// With that many threads for ONNX Runtime, unless they were set.
model::BackendOptions WithThreads(model::BackendOptions backend, size_t threads);

// Adds TEXT and --file.
void AddTextSource(CLI::App& command, TextSource& source);

// Adds --emoji, --code and --urls, and --no-markup, which resets `markup`.
void AddCleaning(CLI::App& command, text::CleaningOptions& cleaning, bool& markup);

// Adds --lexicon, for LoadLexicons().
void AddLexicon(CLI::App& command, std::string& path);

// What a lexicon of the user's says now. An explicit `path` must exist; an empty one is
// lexicon.txt in the data folder, if it is there.
Result<std::vector<std::shared_ptr<const text::UserLexicon>>> LoadLexicons(const std::string& path);

// The key in a file, or in LITETTS_AUDIO_WATERMARK_KEY where no file is named.
Result<std::shared_ptr<const audio::WatermarkKey>> LoadWatermarkKey(const std::string& key_file);

// Writes a whole string to standard output. A closed pipe or a full disk is an error.
Status Print(std::string_view text);

}  // namespace litetts::cli
