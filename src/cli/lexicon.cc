#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "base/file.h"
#include "cli/command.h"
#include "engine/synthesizer.h"
#include "text/english_compiler.h"
#include "text/lexicon_file.h"
#include "text/lexicon_rules.h"
#include "text/user_lexicon.h"

namespace litetts::cli {
namespace {

struct CompileOptions {
  std::string lexicon_folder;
  std::string tagger_folder;
  std::string destination = engine::SpeakerFiles::Default().english;
};

Status Compile(const CompileOptions& options) {
  const std::string& folder = options.lexicon_folder;
  return text::CompileEnglishData({.us_gold = folder + "/us_gold.json",
                                   .us_silver = folder + "/us_silver.json",
                                   .gb_gold = folder + "/gb_gold.json",
                                   .gb_silver = folder + "/gb_silver.json",
                                   .tagger_folder = options.tagger_folder},
                                  options.destination);
}

// Prints what is wrong, FILE:LINE, or how many entries there are.
Status Check(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, text::LexiconFile::kMaxBytes));
  std::string out;
  size_t num_errors = 0;
  for (const text::LexiconProblem& problem : text::UserLexicon::Check(text)) {
    num_errors += problem.is_error ? 1 : 0;
    out += Concat(path, ":", problem.line, ": ",
                  problem.is_error ? "error: " : "warning: ", problem.text, "\n");
  }
  if (num_errors == 0)
    out += Concat(path, ": ", text::ParseLexicon(text).rules.size(), " entries\n");
  LITETTS_RETURN_IF_ERROR(Print(out));
  if (num_errors > 0) return FailedPrecondition("'", path, "' has ", num_errors, " errors");
  return OkStatus();
}

}  // namespace

void AddLexiconCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("lexicon", "Work on your lexicon and on the English data");
  command->require_subcommand(1);
  CLI::App* check = command->add_subcommand("check", "Look for mistakes in a lexicon of yours");
  auto path = std::make_shared<std::string>();
  check->add_option("file", *path, "Lines as docs/formats/lexicon.md has them, or PLS")
      ->type_name("FILE")
      ->required();
  check->callback([path, &action] { action = [path] { return Check(*path); }; });
  CLI::App* compile =
      command->add_subcommand("compile", "Make the English data file from its sources");
  auto options = std::make_shared<CompileOptions>();
  compile->add_option("--lexicons", options->lexicon_folder, "Folder of {us,gb}_{gold,silver}.json")
      ->type_name("DIR")
      ->required();
  compile->add_option("--tagger", options->tagger_folder, "Folder of spaCy's en_core_web_sm 3.8")
      ->type_name("DIR")
      ->required();
  compile->add_option("destination", options->destination, "The file to write")->type_name("DST");
  compile->callback([options, &action] { action = [options] { return Compile(*options); }; });
}

}  // namespace litetts::cli
