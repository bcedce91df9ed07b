#include "cli/server_settings.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <utility>

#include "base/file.h"
#include "cli/bench_row.h"

namespace litetts::cli {
namespace {

namespace json = boost::json;

constexpr size_t kMaxTunedBytes = 16 << 20;

// Adds those of the file's settings that `sources`, which made `config`, leave alone.
Result<server::ServerConfig> WithTuned(const std::string& path, server::ServerConfig config,
                                       server::ConfigSources sources) {
  LITETTS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxTunedBytes));
  json::error_code error;
  const json::value file = json::parse(text, error);
  const json::value* settings =
      !error && file.is_object() ? file.as_object().if_contains("settings") : nullptr;
  if (settings == nullptr || !settings->is_object()) {
    return InvalidArgument(path, ": is not what 'litetts tune' writes; run it again, or remove it");
  }
  const json::value* cpu = file.as_object().if_contains("evidence");
  cpu = cpu != nullptr && cpu->is_object() ? cpu->as_object().if_contains("cpu") : nullptr;
  if (const std::string here = NewReport().cpu;
      cpu != nullptr && cpu->is_string() && std::string_view(cpu->as_string()) != here) {
    config.warnings.push_back(
        Concat(path,
               " was measured on another processor and is ignored; 'litetts tune' measures "
               "this one"));
    return config;
  }
  // A backend and its model belong together.
  const bool may_choose_backend =
      !config.origins.contains("performance.backend") && !config.origins.contains("model.path");
  std::vector<std::string> added;
  for (const auto& [key, value] : settings->as_object()) {
    const std::string name(key);
    const bool is_backend =
        name == "performance.backend" || name == "model.path" || name == "onnxruntime.library";
    if (config.origins.contains(name) || (is_backend && !may_choose_backend)) continue;
    sources.overrides.emplace_back(
        name, value.is_string() ? std::string(value.as_string()) : json::serialize(value));
    added.push_back(name);
  }
  Result<server::ServerConfig> tuned = server::LoadConfig(sources);
  if (!tuned.ok()) return InvalidArgument(path, ": ", tuned.status().message());
  for (const std::string& name : added) tuned->origins[name] = path;
  return tuned;
}

}  // namespace

Result<server::ServerConfig> ServerSettings::Load() const {
  server::ConfigSources sources;
  sources.file = file;
  if (const std::string usual = HomeFolder() + "/config.json";
      file.empty() && ::access(usual.c_str(), F_OK) == 0) {
    sources.file = usual;
  }
  sources.environment = server::EnvironmentVariables();
  for (const std::string& setting : overrides) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos)
      return InvalidArgument("--set takes KEY=VALUE, not '", setting, "'");
    sources.overrides.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  if (!host.empty()) sources.overrides.emplace_back("server.host", host);
  if (!port.empty()) sources.overrides.emplace_back("server.port", port);
  if (!backend.empty()) sources.overrides.emplace_back("performance.backend", backend);
  if (!precision.empty()) sources.overrides.emplace_back("performance.precision", precision);
  if (!cpu_list.empty()) sources.overrides.emplace_back("performance.cpu_list", cpu_list);
  if (!nice.empty()) sources.overrides.emplace_back("performance.nice", nice);
  LITETTS_ASSIGN_OR_RETURN(server::ServerConfig config, server::LoadConfig(sources));
  const std::string path = TunedPath();
  if (ignores_tuned || ::access(path.c_str(), F_OK) != 0) return config;
  return WithTuned(path, std::move(config), std::move(sources));
}

std::string TunedPath() { return HomeFolder() + "/tuned.json"; }

void AddServerSettings(CLI::App& command, ServerSettings& settings) {
  command.add_option("--config", settings.file,
                     "Settings, as JSON (config.json in the data folder, if there is one)");
  command.add_option("--set", settings.overrides, "One setting, KEY=VALUE; may be repeated");
}

}  // namespace litetts::cli
