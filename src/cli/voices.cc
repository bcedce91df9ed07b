#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "cli/command.h"
#include "engine/style_presets.h"
#include "engine/synthesizer.h"
#include "engine/voice_card.h"
#include "model/blend_store.h"
#include "model/voice.h"
#include "model/voice_import.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct VoicesOptions {
  std::string file = engine::SpeakerFiles::Default().voices;
  bool as_json = false;
};

struct ImportOptions {
  std::string source;
  std::string destination = engine::SpeakerFiles::Default().voices;
  bool may_replace = false;
};

Status ListVoices(const VoicesOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const model::VoiceTable table, model::VoiceTable::Open(options.file));
  std::string text;
  json::array array;
  for (const model::VoiceInfo& voice : table.voices()) {
    array.push_back(json::object{{"name", voice.name},
                                 {"language", voice.language},
                                 {"gender", voice.gender},
                                 {"flag", voice.flag}});
    text += Concat(voice.flag, "  ", voice.name,
                   std::string(16 - std::min<size_t>(15, voice.name.size()), ' '), voice.language,
                   "\t", voice.gender, "\n");
  }
  return Print(options.as_json ? json::serialize(array) + "\n" : text);
}

struct BlendOptions {
  std::string voices = engine::SpeakerFiles::Default().voices;
  std::string name;
  std::string blend;
  bool as_json = false;
};

Status ListBlends(const BlendOptions& options) {
  std::string text;
  json::array array;
  for (const model::SavedBlend& blend : model::BlendStore::Default().List()) {
    array.push_back(json::object{
        {"name", blend.name}, {"voice", blend.voice}, {"built_in", blend.is_built_in}});
    text += Concat(blend.name, std::string(16 - std::min<size_t>(15, blend.name.size()), ' '),
                   blend.voice, blend.is_built_in ? "\t(built in)" : "", "\n");
  }
  return Print(options.as_json ? json::serialize(array) + "\n" : text);
}

Status SaveBlend(const BlendOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const model::VoiceTable table, model::VoiceTable::Open(options.voices));
  return engine::SaveBlend(model::BlendStore::Default(), table, options.name, options.blend)
      .status();
}

struct CardOptions {
  std::vector<std::string> names;
  std::string style = "neutral";
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
  bool as_json = false;
};

json::object CardJson(const std::string& name, const engine::VoiceCard& card) {
  json::object out = {{"name", name}};
  for (const auto& [key, value] : card.Measures()) out[key] = json::value_from(value);
  return out;
}

std::string CardLine(const std::string& name, const engine::VoiceCard& card) {
  char text[160];
  char loudness[16] = "    -";
  if (card.loudness_lufs) std::snprintf(loudness, sizeof(loudness), "%5.1f", *card.loudness_lufs);
  std::snprintf(text, sizeof(text),
                "%-16s pitch %3.0f Hz (%3.0f to %3.0f), %3.0f words a minute, brightness %4.0f Hz, "
                "%s LUFS, voiced %2.0f %%\n",
                name.c_str(), card.pitch_hz, card.low_pitch_hz, card.high_pitch_hz,
                card.words_per_minute, card.brightness_hz, loudness, 100.0 * card.voiced_share);
  return text;
}

// Speaks a text with each voice and measures it.
Status MeasureVoices(const CardOptions& options) {
  engine::SpeakRequest request;
  LITETTS_ASSIGN_OR_RETURN(request.style, engine::FindStyle(options.style));
  LITETTS_ASSIGN_OR_RETURN(const engine::Synthesizer synthesizer,
                           engine::Synthesizer::Load(options.files));
  std::vector<std::string> names = options.names;
  if (names.empty()) {
    for (const model::VoiceInfo& voice : synthesizer.voices().voices()) names.push_back(voice.name);
  }
  model::Workspace workspace(UsableCores());
  const engine::SpeakFunction speak = [&](const engine::SpeakRequest& wanted,
                                          engine::AudioSink& sink) {
    return synthesizer.Speak(
        wanted, [&]() -> model::Workspace& { return workspace; }, sink);
  };
  json::array array;
  for (const std::string& name : names) {
    request.voice = name;
    LITETTS_ASSIGN_OR_RETURN(const engine::VoiceCard card, engine::MakeVoiceCard(request, speak));
    if (options.as_json) {
      array.push_back(CardJson(name, card));
    } else {
      LITETTS_RETURN_IF_ERROR(Print(CardLine(name, card)));
    }
  }
  return options.as_json ? Print(json::serialize(array) + "\n") : OkStatus();
}

Status Import(const ImportOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const model::VoiceImportReport report,
                           model::ImportVoices(std::span(&options.source, 1), options.destination));
  return Print(Concat(report.names.size(), " voices in ", options.destination, "\n"));
}

Status Add(const ImportOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(
      const model::VoiceImportReport report,
      model::AddVoices(options.source, options.destination, options.may_replace));
  std::string names;
  for (const std::string& name : report.names) names += Concat(names.empty() ? "" : ", ", name);
  return Print(Concat("added to ", options.destination, ": ", names, "\n"));
}

}  // namespace

void AddVoicesCommand(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("voices", "List the voices, import or add some, or save blends of them");
  auto options = std::make_shared<VoicesOptions>();
  command->add_option("--voices", options->file, "Voices file")->type_name("FILE");
  command->add_flag("--json", options->as_json, "Print a JSON array");
  CLI::App* import = command->add_subcommand("import", "Make a voices file from published ones");
  auto import_options = std::make_shared<ImportOptions>();
  import
      ->add_option("source", import_options->source,
                   "A .bin, .npy or .npz file, or a folder of them")
      ->type_name("SRC")
      ->required();
  import->add_option("destination", import_options->destination, "The voices file to write")
      ->type_name("DST");
  CLI::App* add =
      command->add_subcommand("add", "Add voices to a voices file, also while it is used");
  add->add_option("source", import_options->source,
                  "A .bin, .npy or .npz file, or a folder of them")
      ->type_name("SRC")
      ->required();
  add->add_option("destination", import_options->destination, "The voices file")->type_name("DST");
  add->add_flag("--replace", import_options->may_replace, "Also voices that are there already");
  auto blend_options = std::make_shared<BlendOptions>();
  CLI::App* save = command->add_subcommand("save", "Give a blend a name");
  save->add_option("name", blend_options->name, "a-z, 0-9 and '_'")->required();
  save->add_option("blend", blend_options->blend, "Such as af_heart(2)+af_sky")->required();
  save->add_option("--voices", blend_options->voices, "Voices file")->type_name("FILE");
  CLI::App* remove = command->add_subcommand("delete", "Forget a saved blend");
  remove->add_option("name", blend_options->name, "Its name")->required();
  CLI::App* blends = command->add_subcommand("blends", "List the saved blends");
  blends->add_flag("--json", blend_options->as_json, "Print a JSON array");
  auto card_options = std::make_shared<CardOptions>();
  CLI::App* card = command->add_subcommand(
      "card", "Have voices speak, and measure their pitch, rate, brightness and loudness");
  card->add_option("names", card_options->names, "Voices or blends; none: all voices");
  card->add_option("--style", card_options->style, "As for 'litetts say'")->capture_default_str();
  card->add_option("--model", card_options->files.model, "Model file")->type_name("FILE");
  card->add_option("--voices", card_options->files.voices, "Voices file")->type_name("FILE");
  card->add_option("--english", card_options->files.english, "English data file")
      ->type_name("FILE");
  card->add_flag("--json", card_options->as_json, "Print a JSON array");
  command->callback([options, import_options, blend_options, card_options, import, add, save,
                     remove, blends, card, &action] {
    if (card->parsed()) {
      action = [card_options] { return MeasureVoices(*card_options); };
    } else if (save->parsed()) {
      action = [blend_options] { return SaveBlend(*blend_options); };
    } else if (remove->parsed()) {
      action = [blend_options] { return model::BlendStore::Default().Delete(blend_options->name); };
    } else if (blends->parsed()) {
      action = [blend_options] { return ListBlends(*blend_options); };
    } else if (add->parsed()) {
      action = [import_options] { return Add(*import_options); };
    } else if (import->parsed()) {
      action = [import_options] { return Import(*import_options); };
    } else {
      action = [options] { return ListVoices(*options); };
    }
  });
}

}  // namespace litetts::cli
