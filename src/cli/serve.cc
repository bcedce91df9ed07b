#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "server/server.h"

namespace litetts::cli {
namespace {

struct ServeOptions {
  std::string config;
  std::string host;
  std::string port;
  std::vector<std::string> settings;
};

Status RunServe(const ServeOptions& options) {
  server::ConfigSources sources;
  sources.file = options.config;
  sources.environment = server::EnvironmentVariables();
  for (const std::string& setting : options.settings) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos)
      return InvalidArgument("--set takes KEY=VALUE, not '", setting, "'");
    sources.overrides.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  if (!options.host.empty()) sources.overrides.emplace_back("server.host", options.host);
  if (!options.port.empty()) sources.overrides.emplace_back("server.port", options.port);
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, server::LoadConfig(sources));
  const std::unique_ptr<LogSink> log = server::MakeServerLog(config);
  return server::Serve(config, server::SpeakerFromConfig(config), *log);
}

}  // namespace

void AddServeCommand(CLI::App& app, Action& action) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App* command = app.add_subcommand("serve", "Serve OpenAI's speech API over HTTP");
  command->add_option("--config", options->config, "Settings, as JSON");
  command->add_option("--host", options->host, "Address to listen on (127.0.0.1)");
  command->add_option("--port", options->port, "Port (8354); 0: any free one");
  command->add_option("--set", options->settings, "One setting, KEY=VALUE; may be repeated");
  command->callback([options, &action] { action = [options] { return RunServe(*options); }; });
}

}  // namespace litetts::cli
