#include "server/alerts.h"

#include <cmath>
#include <filesystem>

namespace litetts::server {

std::vector<Alert> JudgeAlerts(const ServerConfig& config, const AlertInputs& inputs) {
  std::vector<Alert> alerts;
  const auto judge = [&](std::string_view kind, double threshold, bool is_beyond, auto... words) {
    const bool is_raised = threshold > 0 && is_beyond;
    alerts.push_back({kind, is_raised, is_raised ? Concat(words...) : std::string()});
  };
  const double rtf = inputs.rtf.value_or(0);
  judge("rtf", config.alert_rtf, rtf > config.alert_rtf,
        "one in twenty of the newest syntheses has a real-time factor of ", rtf, " or more, above ",
        config.alert_rtf);
  const double errors = inputs.error_percent.value_or(0);
  judge("errors", config.alert_error_percent, errors > config.alert_error_percent,
        std::lround(errors), " % of the newest requests failed, more than ",
        config.alert_error_percent, " %");
  judge("queue", config.alert_queue, inputs.num_queued >= static_cast<size_t>(config.alert_queue),
        inputs.num_queued, " requests wait, at least ", config.alert_queue);
  const double memory = inputs.memory_limit_bytes == 0
                            ? 0
                            : 100.0 * static_cast<double>(inputs.resident_bytes) /
                                  static_cast<double>(inputs.memory_limit_bytes);
  judge("memory", config.alert_memory_percent, memory > config.alert_memory_percent,
        std::lround(memory), " % of the memory are used, more than ", config.alert_memory_percent,
        " %");
  const uint64_t free_mb = inputs.free_disk_bytes.value_or(UINT64_MAX) >> 20;
  judge("disk", config.alert_disk_mb, free_mb < static_cast<uint64_t>(config.alert_disk_mb),
        free_mb, " MiB of disk are left, less than ", config.alert_disk_mb);
  return alerts;
}

std::optional<uint64_t> FreeDiskBytes(const std::string& path) {
  for (std::filesystem::path at = path; !at.empty(); at = at.parent_path()) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(at, error);
    if (!error) return space.available;
    if (at == at.parent_path()) break;
  }
  return std::nullopt;
}

}  // namespace litetts::server
