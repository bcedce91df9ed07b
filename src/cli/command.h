#pragma once

#include <functional>
#include <string>

#include "base/status.h"
#include "model/precision.h"

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
void AddBenchCommand(CLI::App& app, Action& action);
void AddServeCommand(CLI::App& app, Action& action);
void AddConfigCommand(CLI::App& app, Action& action);

// Where a command's text comes from: the positional TEXT ("-" is standard input) or --file.
struct TextSource {
  std::string text;
  std::string file;
  // kInvalidArgument if both or neither are given; kResourceExhausted above 64 MiB.
  Result<std::string> Read() const;
};

// Adds --precision, checked while parsing.
void AddPrecision(CLI::App& command, model::Precision& precision);

// Adds TEXT and --file.
void AddTextSource(CLI::App& command, TextSource& source);

// Writes a whole string to standard output. A closed pipe or a full disk is an error.
Status Print(std::string_view text);

}  // namespace litetts::cli
