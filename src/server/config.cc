#include "server/config.h"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <optional>
#include <variant>

#include "audio/format.h"
#include "audio/watermark_code.h"
#include "base/cpu.h"
#include "base/file.h"
#include "base/thread_pool.h"
#include "engine/segment_store.h"
#include "model/onnx_runtime.h"
#include "model/precision.h"
#include "server/address_range.h"
#include "server/key_ring.h"
#include "server/process.h"
#include "server/retired_keys.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

using Member =
    std::variant<std::string ServerConfig::*, int ServerConfig::*, double ServerConfig::*,
                 bool ServerConfig::*, std::vector<std::string> ServerConfig::*>;

enum class Reload { kYes, kNo };

struct Key {
  std::string_view name;
  Member member;
  std::string_view meaning;
  double minimum = 0;
  double maximum = 0;
  Reload reload = Reload::kYes;
  bool is_secret = false;
};

// Names that an older LiteTTS had keep their meaning: server.host, server.port,
// server.cors_origins, voice.default_voice, audio.default_format, audio.default_speed and
// performance.max_text_length.
const std::vector<Key>& Keys() {
  using C = ServerConfig;
  constexpr auto kNo = Reload::kNo;
  static const std::vector<Key> keys = {
      {"server.host", &C::host, "Address to listen on", 0, 0, kNo},
      {"server.port", &C::port, "Port to listen on; 0: any free one", 0, 65535, kNo},
      {"server.api_keys", &C::api_keys,
       "NAME=KEY or NAME=sha256:HEX for each key; none: open to all", 0, 0, Reload::kYes, true},
      {"server.cors_origins", &C::cors_origins, "Origins whose pages may ask; \"*\": all"},
      {"server.trusted_proxies", &C::trusted_proxies,
       "Addresses, or ranges such as 10.0.0.0/8, whose X-Forwarded-For is believed"},
      {"server.tls_certificate", &C::tls_certificate,
       "PEM file of the certificate chain; a reload reads it again"},
      {"server.tls_key", &C::tls_key, "PEM file of its key; a reload reads it again"},
      {"server.max_connections", &C::max_connections, "Connections at a time", 1, 1e6},
      {"server.max_connections_per_address", &C::max_connections_per_address,
       "Connections of one address at a time; 0: no limit", 0, 1e6},
      {"server.max_header_bytes", &C::max_header_bytes, "Size of a request's head", 1024, 1 << 20},
      {"server.max_body_bytes", &C::max_body_bytes, "Size of a request's body", 1024, 1 << 30},
      {"server.max_queue", &C::max_queue, "Requests that wait for a core", 1, 1e5},
      {"server.max_requests_per_client", &C::max_requests_per_client,
       "Requests of one key, or of one address without keys, at a time; 0: no limit", 0, 1e5},
      {"server.requests_per_minute", &C::requests_per_minute,
       "Requests of one key, or of one address without keys, in a minute; 0: no limit", 0, 1e6},
      {"server.max_queue_wait_seconds", &C::max_queue_wait_seconds,
       "Wait after which, or expected wait for which, a request is refused", 0.01, 86400},
      {"server.request_timeout_seconds", &C::request_timeout_seconds,
       "From the head of a request to the begin of its answer, and from there to each next part of "
       "it",
       0.01, 86400},
      {"server.header_timeout_seconds", &C::header_timeout_seconds, "To send a head in", 0.01,
       3600},
      {"server.body_timeout_seconds", &C::body_timeout_seconds, "To send a body in", 0.01, 3600},
      {"server.idle_timeout_seconds", &C::idle_timeout_seconds,
       "A connection may wait for its next request", 0.01, 86400},
      {"server.write_timeout_seconds", &C::write_timeout_seconds,
       "A client may take for 64 KiB of an answer", 0.01, 3600},
      {"server.slow_reader_seconds", &C::slow_reader_seconds,
       "A client may leave what is ready unread for so long while requests wait that find all "
       "threads held by such clients",
       0.01, 86400},
      {"server.drain_seconds", &C::drain_seconds, "To finish answers in after SIGTERM", 0, 3600},
      {"server.privacy", &C::is_private,
       "Nothing that was said is written to disk: no cache there, and phrases are learned for the "
       "time of the process only",
       0, 0, kNo},
      {"server.log_level", &C::log_level, "debug, info, warning or error"},
      {"performance.threads", &C::threads, "Cores to use; 0: all usable ones", 0, kMaxThreads, kNo},
      {"performance.precision", &C::precision, "Of the generator: auto, f32, bf16 or int8", 0, 0,
       kNo},
      {"performance.backend", &C::backend,
       "What computes: native, or onnxruntime (docs/backends.md), whose model.path is an ONNX file",
       0, 0, kNo},
      {"performance.memory_limit_mb", &C::memory_limit_mb,
       "MiB that the process may hold: near it the caches shrink, above it new work is refused; 0: "
       "95 % of what the container or machine has, else at least 64",
       0, 1 << 22},
      {"performance.mlock", &C::locks_memory, "Keep the weights in memory, whatever else needs it",
       0, 0, kNo},
      {"performance.copy_weights", &C::copies_weights,
       "Weights are copied from the mapped model file into memory of this process, in huge pages "
       "where the system gives them, near the CPUs of performance.cpu_list",
       0, 0, kNo},
      {"performance.cpu_list", &C::cpu_list, "CPUs to run on, such as 0-3,8; empty: any", 0, 0,
       kNo},
      {"performance.nice", &C::nice,
       "Priority against other processes: -20 goes before all others, 19 behind", -20, 19, kNo},
      {"performance.max_text_length", &C::max_input_characters, "Characters of one request", 1,
       1e8},
      {"performance.max_whole_seconds", &C::max_whole_seconds,
       "Audio of one answer that is not streamed", 1, 1e6},
      {"performance.aggressive_caching", &C::keeps_first_audio,
       "Audio is kept when it is first asked for; false: when it is asked for again"},
      {"performance.skip_redundant_processing", &C::shares_work,
       "Equal requests at one time are computed once"},
      {"performance.max_retry_attempts", &C::max_retries,
       "Other ways to make a chunk whose audio fails its checks: exact arithmetic, smaller pieces",
       0, 8},
      {"performance.exact_streams", &C::exact_streams,
       "A stream's first piece is heard when all of it is made, with the same samples as a file's; "
       "false: while it is made, with levels that are foretold (docs/performance.md)"},
      {"performance.phoneme_cache_size", &C::text_cache_size,
       "Texts whose phonemes are kept, 32 KiB each at most on average; 0: none", 0, 1e6},
      {"performance.expand_contractions", &C::expands_all_contractions,
       "\"do not\" for \"don't\", where performance.preserve_natural_speech is false"},
      {"performance.preserve_natural_speech", &C::keeps_contractions,
       "Contractions are spoken as they are written"},
      {"cache.text_cache_ttl", &C::text_cache_ttl,
       "Seconds after which a text is read anew; 0: never", 0, 1e9},
      {"cache.warm_cache_on_startup", &C::warms_cache,
       "Speak common phrases in the default voice into the cache while nobody asks for anything", 0,
       0, kNo},
      {"cache.preload_seconds", &C::preload_seconds, "Time for that, in all", 0, 86400, kNo},
      {"cache.learned_phrases", &C::learned_phrases,
       "Phrases asked for more than once that are remembered, over restarts too; 0: none", 0, 1e5,
       kNo},
      {"cache.idle_fill_seconds", &C::idle_fill_seconds,
       "Time in an hour to speak those into the cache while nobody asks for anything; 0: none", 0,
       3600, kNo},
      {"cache.memory_cache_size_mb", &C::response_cache_mb,
       "MiB of encoded answers kept in memory; 0: none", 0, 1 << 20},
      {"cache.audio_memory_cache_mb", &C::segment_cache_mb,
       "MiB of audio kept in memory as the network makes it, for any format; 0: none", 0, 1 << 20},
      {"cache.disk_cache_size_mb", &C::disk_cache_mb,
       "MiB of audio kept on disk, over restarts and for all processes; 0: none, else at least 32",
       0, 1 << 22, kNo},
      {"cache.disk_path", &C::disk_cache_path,
       "File of it; empty: cache/segments.db in the data folder", 0, 0, kNo},
      {"cache.audio_cache_ttl", &C::audio_cache_ttl,
       "Seconds after which a cache forgets audio, from when that cache got it; 0: never", 0, 1e9},
      {"alerts.max_rtf", &C::alert_rtf,
       "Alert where more than one in twenty of the newest syntheses, 20 to 100, has a higher "
       "real-time factor; 0: never",
       0, 1e3},
      {"alerts.max_error_percent", &C::alert_error_percent,
       "Alert where more of the newest syntheses, up to 100, failed; 0: never", 0, 100},
      {"alerts.max_queue", &C::alert_queue, "Alert where so many requests wait; 0: never", 0, 1e5},
      {"alerts.max_memory_percent", &C::alert_memory_percent,
       "Alert where more of the memory is used that the process may hold; 0: never", 0, 100},
      {"alerts.min_disk_mb", &C::alert_disk_mb,
       "Alert where fewer MiB are left for the data folder; 0: never", 0, 1e9},
      {"model.idle_unload_seconds", &C::idle_unload_seconds,
       "Without a request for so long, the model's memory is given back until the next one; 0: "
       "never",
       0, 1e7, kNo},
      {"model.path", &C::model_path, "Model file; empty: the one that quickstart makes", 0, 0, kNo},
      {"onnxruntime.library", &C::onnx_library,
       "Path of libonnxruntime.so; empty: the one that is found (docs/backends.md)", 0, 0, kNo},
      {"onnxruntime.graph_optimization", &C::onnx_graph_optimization,
       "disabled, basic, extended or all", 0, 0, kNo},
      {"onnxruntime.execution_mode", &C::onnx_execution_mode,
       "sequential, or parallel: independent nodes at once", 0, 0, kNo},
      {"onnxruntime.intra_op_threads", &C::onnx_intra_op_threads,
       "Threads within a node; 0: performance.threads", 0, kMaxThreads, kNo},
      {"onnxruntime.inter_op_threads", &C::onnx_inter_op_threads,
       "Threads for independent nodes, where execution_mode is parallel; 0: its own choice", 0,
       kMaxThreads, kNo},
      {"onnxruntime.spinning", &C::onnx_spinning, "Idle threads wait busily", 0, 0, kNo},
      {"onnxruntime.arena", &C::onnx_arena, "Freed memory is kept for the next run", 0, 0, kNo},
      {"onnxruntime.memory_pattern", &C::onnx_memory_pattern,
       "Memory of a run is laid out as in the run of the same size before", 0, 0, kNo},
      {"onnxruntime.deterministic", &C::onnx_deterministic, "Deterministic kernels only", 0, 0,
       kNo},
      {"onnxruntime.profile", &C::onnx_profile,
       "Start of the name of a profile that is written at the end; empty: none", 0, 0, kNo},
      {"voice.path", &C::voices_path, "Voices file; empty: the one that quickstart makes", 0, 0,
       kNo},
      {"voice.default_voice", &C::default_voice, "Voice of a request that names none"},
      {"audio.default_format", &C::default_format, "Format of a request that names none"},
      {"audio.default_speed", &C::default_speed, "Speed of a request that names none", 0.25, 4},
      {"audio.watermark_key", &C::watermark_key,
       "Secret of at least 16 bytes that marks are made with and found by (docs/watermark.md); "
       "empty: "
       "no marks",
       0, 0, Reload::kYes, true},
      {"audio.watermark", &C::watermark,
       "Which speech is marked: on_request (field 'watermark') or always"},
      {"audio.watermark_payload", &C::watermark_payload,
       "Number in the mark of a request that names none", 0, 4294967295.0},
      {"tts.english_path", &C::english_path, "English data; empty: the file that quickstart makes",
       0, 0, kNo},
      {"tts.lexicon_path", &C::lexicon_path,
       "Lexicon of your own (docs/formats/lexicon.md), read again when it changes; empty: "
       "lexicon.txt in the data folder, if it is there",
       0, 0, kNo},
      {"tts.media_folder", &C::media_folder,
       "Folder of the recordings and lexicons that SSML may name (docs/ssml.md); empty: none"},
  };
  return keys;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1] ? 1u : 0u)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string NearestName(std::string_view name) {
  std::string_view best = Keys().front().name;
  for (const Key& key : Keys()) {
    if (EditDistance(name, key.name) < EditDistance(name, best)) best = key.name;
  }
  return std::string(best);
}

const Key* FindKey(std::string_view name) {
  for (const Key& key : Keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

Status CheckRange(const Key& key, double value) {
  if (value >= key.minimum && value <= key.maximum) return OkStatus();
  return InvalidArgument(key.name, " must be from ", key.minimum, " to ", key.maximum, ", not ",
                         value);
}

Status SetFromJson(const Key& key, const json::value& value, ServerConfig& config) {
  if (const auto* text = std::get_if<std::string ServerConfig::*>(&key.member)) {
    if (!value.is_string()) return InvalidArgument(key.name, " must be a string");
    config.*(*text) = value.as_string();
  } else if (const auto* integer = std::get_if<int ServerConfig::*>(&key.member)) {
    if (!value.is_int64()) return InvalidArgument(key.name, " must be a whole number");
    LITETTS_RETURN_IF_ERROR(CheckRange(key, static_cast<double>(value.as_int64())));
    config.*(*integer) = static_cast<int>(value.as_int64());
  } else if (const auto* number = std::get_if<double ServerConfig::*>(&key.member)) {
    if (!value.is_number()) return InvalidArgument(key.name, " must be a number");
    const double x = value.to_number<double>();
    LITETTS_RETURN_IF_ERROR(CheckRange(key, x));
    config.*(*number) = x;
  } else if (const auto* flag = std::get_if<bool ServerConfig::*>(&key.member)) {
    if (!value.is_bool()) return InvalidArgument(key.name, " must be true or false");
    config.*(*flag) = value.as_bool();
  } else {
    std::vector<std::string> list;
    if (!value.is_array()) return InvalidArgument(key.name, " must be an array of strings");
    for (const json::value& item : value.as_array()) {
      if (!item.is_string()) return InvalidArgument(key.name, " must be an array of strings");
      list.emplace_back(item.as_string());
    }
    config.*std::get<std::vector<std::string> ServerConfig::*>(key.member) = std::move(list);
  }
  return OkStatus();
}

// A value as written in the environment or on the command line: lists are separated by commas.
Status SetFromText(const Key& key, const std::string& text, ServerConfig& config) {
  if (std::holds_alternative<std::string ServerConfig::*>(key.member)) {
    return SetFromJson(key, json::value(text), config);
  }
  if (std::holds_alternative<std::vector<std::string> ServerConfig::*>(key.member)) {
    json::array list;
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(',', begin), text.size());
      if (end > begin) list.emplace_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return SetFromJson(key, list, config);
  }
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (std::holds_alternative<bool ServerConfig::*>(key.member)) {
    if (error || !value.is_bool())
      return InvalidArgument(key.name, " must be true or false, not '", text, "'");
    return SetFromJson(key, value, config);
  }
  if (error || !value.is_number())
    return InvalidArgument(key.name, " must be a number, not '", text, "'");
  return SetFromJson(key, value, config);
}

size_t LineOf(std::string_view text, size_t offset) {
  return 1 + static_cast<size_t>(std::count(
                 text.begin(),
                 text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

// The line of `"name"` in `section`, for messages; JSON values do not remember where they stood.
size_t LineOfKey(std::string_view text, std::string_view section, std::string_view name) {
  size_t at = text.find(Concat('"', section, '"'));
  if (!name.empty())
    at = text.find(Concat('"', name, '"'), at == std::string_view::npos ? 0 : at + section.size());
  return LineOf(text, at);
}

Status ReadConfigFile(const std::string& path, ServerConfig& config) {
  LITETTS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, 1 << 20));
  json::error_code error;
  json::stream_parser parser;
  const size_t consumed = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error)
    return InvalidArgument(path, ":", LineOf(text, consumed),
                           ": not valid JSON: ", error.message());
  const json::value value = parser.release();
  if (!value.is_object()) return InvalidArgument(path, ":1: must be a JSON object");
  for (const auto& [section, members] : value.as_object()) {
    if (const auto advice = RetiredAdvice(section)) {
      config.warnings.push_back(Concat(path, ":", LineOfKey(text, section, {}), ": '",
                                       std::string_view(section), "' ", *advice));
      continue;
    }
    const std::string prefix = Concat(std::string_view(section), '.');
    const bool is_section = std::any_of(
        Keys().begin(), Keys().end(), [&](const Key& key) { return key.name.starts_with(prefix); });
    if (!is_section || !members.is_object()) {
      return InvalidArgument(path, ":", LineOfKey(text, section, {}), ": unknown key '",
                             std::string_view(section), "'; did you mean '", NearestName(section),
                             "'?");
    }
    for (const auto& [name, item] : members.as_object()) {
      const std::string full = Concat(std::string_view(section), '.', std::string_view(name));
      const size_t line = LineOfKey(text, section, name);
      const Key* key = FindKey(full);
      if (const auto advice = key == nullptr ? RetiredAdvice(full) : std::nullopt) {
        config.warnings.push_back(Concat(path, ":", line, ": '", full, "' ", *advice));
        continue;
      }
      if (key == nullptr) {
        return InvalidArgument(path, ":", line, ": unknown key '", full, "'; did you mean '",
                               NearestName(full), "'?");
      }
      if (const Status status = SetFromJson(*key, item, config); !status.ok()) {
        return InvalidArgument(path, ":", line, ": ", status.message());
      }
      config.origins[full] = path;
    }
  }
  return OkStatus();
}

std::string VariableName(std::string_view key) {
  std::string name = "LITETTS_";
  for (const char c : key)
    name += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

// Variables of our sections must be keys of the table; others, such as LITETTS_HOME, are read
// elsewhere.
Status ReadEnvironment(const ConfigSources& sources, ServerConfig& config) {
  for (const auto& [name, value] : sources.environment) {
    const Key* found = nullptr;
    bool is_ours = false;
    for (const Key& key : Keys()) {
      const std::string variable = VariableName(key.name);
      if (variable == name) found = &key;
      is_ours =
          is_ours || name.starts_with(VariableName(key.name.substr(0, key.name.find('.') + 1)));
    }
    if (found == nullptr) {
      if (!is_ours) continue;
      std::string_view best = Keys().front().name;
      for (const Key& key : Keys()) {
        if (EditDistance(VariableName(key.name), name) < EditDistance(VariableName(best), name))
          best = key.name;
      }
      return InvalidArgument("unknown variable ", name, "; did you mean ", VariableName(best), "?");
    }
    if (const Status status = SetFromText(*found, value, config); !status.ok()) {
      return InvalidArgument(name, ": ", status.message());
    }
    config.origins[std::string(found->name)] = "environment";
  }
  return OkStatus();
}

Status CheckWatermark(const ServerConfig& config) {
  if (config.watermark != "on_request" && config.watermark != "always") {
    return InvalidArgument("audio.watermark must be on_request or always, not '", config.watermark,
                           "'");
  }
  if (!config.watermark_key.empty()) {
    if (const auto key = audio::WatermarkKey::Create(config.watermark_key); !key.ok()) {
      return InvalidArgument("audio.watermark_key: ", key.status().message());
    }
  } else if (config.watermark == "always") {
    return InvalidArgument("audio.watermark is always, but there is no audio.watermark_key");
  }
  if (config.watermark_payload == std::floor(config.watermark_payload)) return OkStatus();
  return InvalidArgument("audio.watermark_payload must be a whole number");
}

Status CheckWhole(const ServerConfig& config) {
  if (!audio::FormatFromName(config.default_format)) {
    return InvalidArgument("audio.default_format '", config.default_format, "' is unknown");
  }
  const uint64_t disk_bytes = static_cast<uint64_t>(config.disk_cache_mb) << 20;
  if (disk_bytes > 0 && disk_bytes < engine::SegmentStore::kMinBytes) {
    return InvalidArgument("cache.disk_cache_size_mb must be 0 or at least ",
                           engine::SegmentStore::kMinBytes >> 20);
  }
  LITETTS_RETURN_IF_ERROR(CheckWatermark(config));
  if (config.memory_limit_mb > 0 && config.memory_limit_mb < 64) {
    return InvalidArgument("performance.memory_limit_mb must be 0 or at least 64");
  }
  if (!config.cpu_list.empty()) {
    if (const auto cpus = ParseCpuList(config.cpu_list); !cpus.ok()) {
      return InvalidArgument("performance.cpu_list: ", cpus.status().message());
    }
  }
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    return InvalidArgument("server.tls_certificate and server.tls_key belong together");
  }
  for (const std::string& proxy : config.trusted_proxies) {
    if (const auto range = AddressRange::Parse(proxy); !range.ok()) {
      return InvalidArgument("server.trusted_proxies: ", range.status().message());
    }
  }
  if (const auto keys = KeyRing::Create(config.api_keys); !keys.ok()) {
    return InvalidArgument("server.api_keys: ", keys.status().message());
  }
  if (const auto backend = BackendOf(config); !backend.ok()) return backend.status();
  for (const std::string_view level : {"debug", "info", "warning", "error"}) {
    if (level == config.log_level) return OkStatus();
  }
  return InvalidArgument("server.log_level must be debug, info, warning or error, not '",
                         config.log_level, "'");
}

}  // namespace

size_t MemoryLimitOf(const ServerConfig& config) {
  if (config.memory_limit_mb > 0) return static_cast<size_t>(config.memory_limit_mb) << 20;
  return MemoryLimitBytes() / 20 * 19;
}

Result<ServerConfig> LoadConfig(const ConfigSources& sources) {
  ServerConfig config;
  if (!sources.file.empty()) LITETTS_RETURN_IF_ERROR(ReadConfigFile(sources.file, config));
  LITETTS_RETURN_IF_ERROR(ReadEnvironment(sources, config));
  for (const auto& [name, value] : sources.overrides) {
    const Key* key = FindKey(name);
    if (key == nullptr) {
      return InvalidArgument("unknown key '", name, "'; did you mean '", NearestName(name), "'?");
    }
    LITETTS_RETURN_IF_ERROR(SetFromText(*key, value, config));
    config.origins[name] = "command line";
  }
  LITETTS_RETURN_IF_ERROR(CheckWhole(config));
  return config;
}

std::vector<std::pair<std::string, std::string>> EnvironmentVariables() {
  std::vector<std::pair<std::string, std::string>> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (!text.starts_with("LITETTS_") || equals == std::string_view::npos) continue;
    found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

Result<model::BackendOptions> BackendOf(const ServerConfig& config) {
  const Result<model::Precision> precision = model::ParsePrecision(config.precision);
  if (!precision.ok()) {
    return InvalidArgument("performance.precision: ", precision.status().message());
  }
  const Result<model::BackendKind> kind = model::ParseBackend(config.backend);
  if (!kind.ok()) return InvalidArgument("performance.backend: ", kind.status().message());
  if (*kind == model::BackendKind::kOnnxRuntime && config.copies_weights) {
    return InvalidArgument("performance.copy_weights is of the backend native");
  }
  model::BackendOptions options{
      .kind = *kind, .precision = *precision, .copies_weights = config.copies_weights};
  options.onnx = {.library = config.onnx_library,
                  .intra_op_threads = config.onnx_intra_op_threads > 0
                                          ? config.onnx_intra_op_threads
                                          : config.threads,
                  .inter_op_threads = config.onnx_inter_op_threads,
                  .spins = config.onnx_spinning,
                  .has_arena = config.onnx_arena,
                  .has_memory_pattern = config.onnx_memory_pattern,
                  .is_deterministic = config.onnx_deterministic,
                  .profile = config.onnx_profile};
  for (const auto& [name, value] : {std::pair("graph_optimization", config.onnx_graph_optimization),
                                    std::pair("execution_mode", config.onnx_execution_mode)}) {
    if (const Status status = model::SetOnnxRuntimeOption(name, value, options.onnx);
        !status.ok()) {
      return InvalidArgument("onnxruntime.", status.message());
    }
  }
  return options;
}

ReloadReport ApplyReload(const ServerConfig& fresh, ServerConfig& live) {
  ReloadReport report;
  for (const Key& key : Keys()) {
    std::visit(
        [&](auto member) {
          if (fresh.*member == live.*member) return;
          if (key.reload == Reload::kNo) {
            report.need_restart.emplace_back(key.name);
            return;
          }
          report.changed.emplace_back(key.name);
          live.*member = fresh.*member;
          const std::string name(key.name);
          live.origins.erase(name);
          if (const auto origin = fresh.origins.find(name); origin != fresh.origins.end()) {
            live.origins.insert(*origin);
          }
        },
        key.member);
  }
  return report;
}

std::vector<ConfigValue> ListConfig(const ServerConfig& config) {
  const ServerConfig defaults;
  std::vector<ConfigValue> list;
  for (const Key& key : Keys()) {
    const auto show = [&key](const ServerConfig& from) {
      const json::value value =
          std::visit([&](auto member) { return json::value_from(from.*member); }, key.member);
      const bool is_empty = value.is_array() ? value.as_array().empty()
                                             : value.is_string() && value.as_string().empty();
      return key.is_secret && !is_empty ? std::string("\"hidden\"") : json::serialize(value);
    };
    const auto origin = config.origins.find(std::string(key.name));
    list.push_back({.key = key.name,
                    .value = show(config),
                    .origin = origin == config.origins.end() ? "default" : origin->second,
                    .default_value = show(defaults),
                    .is_reloadable = key.reload == Reload::kYes,
                    .meaning = key.meaning});
  }
  return list;
}

std::string DescribeConfig(const ServerConfig& config) {
  json::object out;
  for (const ConfigValue& entry : ListConfig(config)) {
    out[entry.key] = {{"value", json::parse(entry.value)},
                      {"origin", entry.origin},
                      {"default", json::parse(entry.default_value)},
                      {"reload", entry.is_reloadable},
                      {"meaning", entry.meaning}};
  }
  return json::serialize(out);
}

}  // namespace litetts::server
