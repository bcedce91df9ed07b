#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/config.h"

namespace litetts::server {

// What the thresholds of the configuration are compared with.
struct AlertInputs {
  std::optional<double> rtf;            // 95 % of the newest syntheses are faster
  std::optional<double> error_percent;  // of the newest syntheses
  size_t num_queued = 0;
  size_t resident_bytes = 0;
  size_t memory_limit_bytes = 0;  // 0: unknown
  std::optional<uint64_t> free_disk_bytes;
};

struct Alert {
  std::string_view kind;  // "rtf", "errors", "queue", "memory" or "disk"
  bool is_raised = false;
  std::string message;  // what is wrong, where it is raised
};

// One for each kind, raised or not. A threshold of 0 is never reached.
std::vector<Alert> JudgeAlerts(const ServerConfig& config, const AlertInputs& inputs);

// Of the file system that holds `path` or the nearest folder above it.
std::optional<uint64_t> FreeDiskBytes(const std::string& path);

}  // namespace litetts::server
