#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>
#include <string>

#include "cli/command.h"
#include "model/import.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct ModelOptions {
  std::string source;
  std::string destination;
  std::string file;
  bool as_json = false;
};

std::string ToJson(const model::ModelInfo& info) {
  json::object types;
  for (const auto& [name, use] : info.types) {
    types[name] = json::object{
        {"tensors", use.num_tensors}, {"elements", use.num_elements}, {"bytes", use.num_bytes}};
  }
  return json::serialize(json::object{{"variant", info.variant},
                                      {"parameters", info.num_parameters},
                                      {"tensors", info.num_tensors},
                                      {"types", std::move(types)},
                                      {"file_bytes", info.file_bytes},
                                      {"sample_rate_hz", info.sample_rate_hz},
                                      {"languages", info.languages},
                                      {"format_version", info.format_version},
                                      {"source_name", info.source_name},
                                      {"source_sha256", info.source_sha256}});
}

std::string ToText(const model::ModelInfo& info) {
  std::string text = Concat("variant         ", info.variant, "\nparameters      ",
                            info.num_parameters, "\ntensors         ", info.num_tensors, "\n");
  for (const auto& [name, use] : info.types) {
    text +=
        Concat("  ", name, std::string(6 - std::min<size_t>(5, name.size()), ' '), use.num_tensors,
               " tensors, ", use.num_elements, " elements, ", use.num_bytes, " bytes\n");
  }
  return text + Concat("file            ", info.file_bytes, " bytes, format version ",
                       info.format_version, "\nlanguages       ", info.languages,
                       "\nsource          ", info.source_name, "\nsource sha256   ",
                       info.source_sha256, "\n");
}

Status Show(const model::ModelInfo& info, bool as_json) {
  return Print(as_json ? ToJson(info) + "\n" : ToText(info));
}

Status Import(const ModelOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const model::ModelInfo info,
                           model::ImportOnnx(options.source, options.destination));
  return Show(info, options.as_json);
}

Status ShowInfo(const ModelOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const model::ModelInfo info, model::ReadModelInfo(options.file));
  return Show(info, options.as_json);
}

}  // namespace

void AddModelCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("model", "Import a model, or look at a model file");
  command->require_subcommand(1);
  auto options = std::make_shared<ModelOptions>();
  CLI::App* import = command->add_subcommand("import", "Make a model file from an ONNX export");
  import->add_option("source", options->source, "The ONNX file")->type_name("SRC.onnx")->required();
  import->add_option("destination", options->destination, "The model file to write")
      ->type_name("DST")
      ->required();
  import->add_flag("--json", options->as_json, "Print one JSON object");
  import->callback([options, &action] { action = [options] { return Import(*options);
};
}  // namespace litetts::cli
);
CLI::App* info = command->add_subcommand("info", "Variant, sizes by type, parameters and hash");
info->add_option("file", options->file, "Model file")->type_name("FILE")->required();
info->add_flag("--json", options->as_json, "Print one JSON object");
info->callback([options, &action] { action = [options] { return ShowInfo(*options); }; });
}

}  // namespace litetts::cli
