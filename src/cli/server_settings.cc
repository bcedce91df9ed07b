#include "cli/server_settings.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "base/file.h"

namespace litetts::cli {

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
  return server::LoadConfig(sources);
}

void AddServerSettings(CLI::App& command, ServerSettings& settings) {
  command.add_option("--config", settings.file,
                     "Settings, as JSON (config.json in the data folder, if there is one)");
  command.add_option("--set", settings.overrides, "One setting, KEY=VALUE; may be repeated");
}

}  // namespace litetts::cli
