// `litetts config show` and `config check`: the server's settings without a server.
#include "server/config.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/command.h"
#include "cli/server_settings.h"

namespace litetts::cli {
namespace {

void PrintWarnings(const server::ServerConfig& config) {
  for (const std::string& warning : config.warnings)
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
}

Status RunShow(const ServerSettings& settings, bool as_json) {
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, settings.Load());
  PrintWarnings(config);
  if (as_json) return Print(server::DescribeConfig(config) + "\n");
  std::string out;
  for (const server::ConfigValue& entry : server::ListConfig(config)) {
    std::string line = Concat(entry.key, " = ", entry.value);
    line.resize(std::max<size_t>(line.size() + 1, 50), ' ');
    out += Concat(line, "# ", entry.origin, '\n');
  }
  return Print(out);
}

Status RunCheck(const ServerSettings& settings) {
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, settings.Load());
  PrintWarnings(config);
  return Print(config.warnings.empty() ? "the settings are valid\n"
                                       : "the settings are valid, with warnings\n");
}

}  // namespace

void AddConfigCommand(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("config", "The server's settings");
  command->require_subcommand(1);

  const auto shown = std::make_shared<ServerSettings>();
  const auto as_json = std::make_shared<bool>(false);
  CLI::App* show = command->add_subcommand("show", "Each setting, its value and where it is from");
  AddServerSettings(*show, *shown);
  show->add_flag("--json", *as_json, "As JSON, with the meaning of each setting");
  show->callback([shown, as_json, &action] {
    action = [shown, as_json] { return RunShow(*shown, *as_json); };
  });

  const auto checked = std::make_shared<ServerSettings>();
  CLI::App* check = command->add_subcommand("check", "Fails where `serve` would refuse to start");
  AddServerSettings(*check, *checked);
  check->callback([checked, &action] { action = [checked] { return RunCheck(*checked); }; });
}

}  // namespace litetts::cli
