#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/backend.h"

namespace litetts::server {

// Every setting of `litetts serve`. The names of the keys are in config.cc's table: "server.port"
// in config.json, LITETTS_SERVER_PORT in the environment, --set server.port=9000 on the command
// line.
struct ServerConfig {
  std::string host = "127.0.0.1";
  int port = 8354;                           // 0: any free one
  std::vector<std::string> api_keys;         // "name=key" or "name=sha256:hex"; none: open
  std::vector<std::string> cors_origins;     // "https://example.org", or "*"
  std::vector<std::string> trusted_proxies;  // whose X-Forwarded-For is believed: AddressRange
  std::string tls_certificate;
  std::string tls_key;
  int max_connections = 4096;
  int max_connections_per_address = 0;  // 0: no limit
  int max_header_bytes = 16384;
  int max_body_bytes = 1 << 20;
  int max_input_characters = 65536;
  int max_queue = 64;
  int max_requests_per_client = 0;  // at a time; 0: no limit
  int requests_per_minute = 0;      // of one client; 0: no limit
  double max_queue_wait_seconds = 60;
  double request_timeout_seconds = 600;
  double header_timeout_seconds = 10;
  double body_timeout_seconds = 30;
  double idle_timeout_seconds = 75;
  double write_timeout_seconds = 30;
  double slow_reader_seconds = 30;
  double drain_seconds = 30;
  double max_whole_seconds = 1800;  // of audio in an answer that is held until it is complete
  std::string log_level = "info";
  int threads = 0;                 // 0: all usable cores
  std::string precision = "auto";  // model/precision.h
  std::string backend = "native";  // model/backend.h
  // ONNX Runtime; docs/backends.md.
  std::string onnx_library;
  std::string onnx_graph_optimization = "all";
  std::string onnx_execution_mode = "sequential";
  int onnx_intra_op_threads = 0;
  int onnx_inter_op_threads = 1;
  bool onnx_spinning = true;
  bool onnx_arena = true;
  bool onnx_memory_pattern = true;
  bool onnx_deterministic = false;
  std::string onnx_profile;
  int memory_limit_mb = 0;    // 0: nearly all that the container or machine allows
  bool locks_memory = false;  // the weights
  bool copies_weights = false;
  std::string cpu_list;  // empty: those that the process may use
  int nice = 0;
  double idle_unload_seconds = 0;  // 0: never
  std::string model_path;          // empty: under the home folder
  std::string voices_path;
  std::string english_path;
  std::string lexicon_path;
  // Caches; docs/caching.md.
  int response_cache_mb = 32;            // encoded answers; 0: none
  int segment_cache_mb = 64;             // what the network made; 0: none
  int disk_cache_mb = 0;                 // 0: none
  std::string disk_cache_path;           // empty: in the data folder
  double audio_cache_ttl = 86400;        // seconds; 0: any age
  bool keeps_first_audio = true;         // false: only what is asked for a second time
  bool shares_work = true;               // equal requests at one time are computed once
  std::string media_folder;              // of SSML; empty: none
  std::string watermark_key;             // empty: no watermark
  std::string watermark = "on_request";  // or "always"
  double watermark_payload = 0;
  int text_cache_size = 500;      // texts; 0: none
  double text_cache_ttl = 43200;  // seconds; 0: any age
  bool warms_cache = true;
  double preload_seconds = 20;
  int learned_phrases = 500;      // 0: none
  double idle_fill_seconds = 60;  // of synthesis in an hour; 0: none
  bool is_private = false;        // nothing that was said is written to disk
  int max_retries = 2;
  bool exact_streams = false;
  bool expands_all_contractions = false;
  bool keeps_contractions = true;
  bool expands_contractions() const { return expands_all_contractions && !keeps_contractions; }
  // Thresholds of alerts.h; 0: none.
  double alert_rtf = 1.0;
  double alert_error_percent = 5;
  int alert_queue = 32;
  double alert_memory_percent = 90;
  int alert_disk_mb = 500;
  std::string default_voice = "af_heart";
  std::string default_format = "mp3";
  double default_speed = 1.0;

  // Where each value that is no default came from: key -> path of the file, "environment" or
  // "command line".
  std::map<std::string, std::string> origins;
  // One line for each key of an older LiteTTS that was met: what replaces it, or that nothing does.
  std::vector<std::string> warnings;
};

// Bytes that the process may hold before new work is refused.
size_t MemoryLimitOf(const ServerConfig& config);

struct ConfigSources {
  std::string file;  // path of a config.json; empty: none
  std::vector<std::pair<std::string, std::string>>
      environment;  // LITETTS_* variables, name and value
  std::vector<std::pair<std::string, std::string>> overrides;  // key and value, strongest
};

// Strict: an unknown key, a value of the wrong type or out of range is kInvalidArgument, with the
// line and the nearest known name.
Result<ServerConfig> LoadConfig(const ConfigSources& sources);

// Loads the settings again, from the same sources.
using ConfigLoader = std::function<Result<ServerConfig>()>;

// What a reload did: keys whose value is new now, and keys whose new value needs a restart.
struct ReloadReport {
  std::vector<std::string> changed;
  std::vector<std::string> need_restart;
};
// Takes over from `fresh` what may change while the server runs.
ReloadReport ApplyReload(const ServerConfig& fresh, ServerConfig& live);

// The backend that the settings ask for. kInvalidArgument, naming the key.
Result<model::BackendOptions> BackendOf(const ServerConfig& config);

struct ConfigValue {
  std::string_view key;
  std::string value;   // as JSON; secrets hidden
  std::string origin;  // "default", or as in ServerConfig::origins
  std::string default_value;
  bool is_reloadable = false;
  std::string_view meaning;
};
std::vector<ConfigValue> ListConfig(const ServerConfig& config);

// The LITETTS_* variables of this process.
std::vector<std::pair<std::string, std::string>> EnvironmentVariables();

// The effective settings as JSON, each with its origin; secrets are hidden.
std::string DescribeConfig(const ServerConfig& config);

}  // namespace litetts::server
