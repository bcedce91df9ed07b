#pragma once

#include <string>
#include <vector>

#include "base/status.h"
#include "server/config.h"

namespace CLI {
class App;
}

namespace litetts::cli {

// Where `serve` and `config` take the server's settings from.
struct ServerSettings {
  std::string file;                    // empty: config.json in the home folder, if there is one
  std::vector<std::string> overrides;  // KEY=VALUE
  std::string host;
  std::string port;
  std::string precision;
  std::string backend;
  std::string cpu_list;
  std::string nice;
  bool ignores_tuned = false;

  Result<server::ServerConfig> Load() const;
};

// File of what `litetts tune` chose. It counts where no other source sets a key.
std::string TunedPath();

// Adds --config and --set.
void AddServerSettings(CLI::App& command, ServerSettings& settings);

}  // namespace litetts::cli
