#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>

#include "cli/command.h"
#include "model/tensor_file.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

struct InfoOptions {
  std::string file;
  bool as_json = false;
};

Status ShowInfo(const InfoOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const model::TensorFile file, model::TensorFile::Open(options.file));
  std::map<std::string, size_t> bytes_by_type;
  for (const model::Tensor& tensor : file.tensors()) {
    bytes_by_type[std::string(model::DataTypeName(tensor.type))] += tensor.bytes.size();
  }
  json::object object;
  std::string text;
  for (const auto& [key, value] : file.metadata()) {
    object[key] = value;
    text += Concat(key, ": ", value, "\n");
  }
  object["tensors"] = file.tensors().size();
  text += Concat("tensors: ", file.tensors().size(), "\n");
  json::object sizes;
  for (const auto& [type, bytes] : bytes_by_type) {
    sizes[type] = bytes;
    text += Concat("bytes of ", type, ": ", bytes, "\n");
  }
  object["bytes_by_type"] = std::move(sizes);
  return Print(options.as_json ? json::serialize(object) + "\n" : text);
}

}  // namespace

void AddModelCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("model", "Look at model files");
  command->require_subcommand(1);
  CLI::App* info = command->add_subcommand("info", "Variant, sizes by type, parameters and hash");
  auto options = std::make_shared<InfoOptions>();
  info->add_option("file", options->file, "Model file")->type_name("FILE")->required();
  info->add_flag("--json", options->as_json, "Print one JSON object");
  info->callback([options, &action] { action = [options] { return ShowInfo(*options); }; });
}

}  // namespace litetts::cli
