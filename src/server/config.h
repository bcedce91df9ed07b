#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace litetts::server {

// Every setting of `litetts serve`. The names of the keys are in config.cc's table: "server.port"
// in config.json, LITETTS_SERVER_PORT in the environment, --set server.port=9000 on the command
// line.
struct ServerConfig {
  std::string host = "127.0.0.1";
  int port = 8354;                           // 0: any free one
  std::vector<std::string> api_keys;         // "name=key" or "name=sha256:hex"; none: open
  std::vector<std::string> cors_origins;     // "https://example.org", or "*"
  std::vector<std::string> trusted_proxies;  // addresses whose X-Forwarded-For is believed
  std::string tls_certificate;
  std::string tls_key;
  int max_connections = 4096;
  int max_header_bytes = 16384;
  int max_body_bytes = 1 << 20;
  int max_input_characters = 65536;
  int max_queue = 64;
  int max_requests_per_client = 0;  // 0: no limit
  double max_queue_wait_seconds = 60;
  double request_timeout_seconds = 600;
  double header_timeout_seconds = 10;
  double body_timeout_seconds = 30;
  double idle_timeout_seconds = 75;
  double write_timeout_seconds = 30;
  double drain_seconds = 30;
  std::string log_level = "info";
  int threads = 0;         // 0: all usable cores
  std::string model_path;  // empty: under the home folder
  std::string voices_path;
  std::string english_path;
  std::string default_voice = "af_heart";
  std::string default_format = "mp3";
  double default_speed = 1.0;

  // Where each value that is no default came from: key -> "config.json", "environment" or "command
  // line".
  std::map<std::string, std::string> origins;
};

struct ConfigSources {
  std::string file;  // path of a config.json; empty: none
  std::vector<std::pair<std::string, std::string>>
      environment;  // LITETTS_* variables, name and value
  std::vector<std::pair<std::string, std::string>> overrides;  // key and value, strongest
};

// Strict: an unknown key, a value of the wrong type or out of range is kInvalidArgument, with the
// line and the nearest known name.
Result<ServerConfig> LoadConfig(const ConfigSources& sources);

// The LITETTS_* variables of this process.
std::vector<std::pair<std::string, std::string>> EnvironmentVariables();

// The effective settings as JSON, each with its origin; secrets are hidden.
std::string DescribeConfig(const ServerConfig& config);

}  // namespace litetts::server
