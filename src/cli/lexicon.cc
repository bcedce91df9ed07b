#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/command.h"
#include "engine/synthesizer.h"
#include "text/english_compiler.h"

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

}  // namespace

void AddLexiconCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("lexicon", "Work on the English data");
  command->require_subcommand(1);
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
