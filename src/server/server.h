#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "base/status.h"
#include "server/config.h"
#include "server/metrics.h"
#include "server/speaker.h"

namespace litetts::server {

// A log whose level follows the settings.
class ServerLog : public LogSink {
 public:
  virtual void SetLevel(const std::string& level) = 0;  // as in "server.log_level"
};

struct ServeOptions {
  ServerConfig config;
  SpeakerFactory load_speaker;
  ConfigLoader reload;  // for SIGHUP; null: no reload
  Metrics::Build build;
};

// `litetts serve`: listens at once, loads the speaker meanwhile, serves until SIGTERM or SIGINT,
// drains, returns. Errors are one line: a port in use, a missing model.
Status Serve(const ServeOptions& options, ServerLog& log);

// The files that the configuration names.
engine::SpeakerFiles FilesOf(const ServerConfig& config);

// The speaker of these files, as the configuration keeps it in memory. `log` must outlive it.
SpeakerFactory SpeakerFromConfig(const ServerConfig& config, LogSink& log);

// Writes lines with time and level to standard error.
std::unique_ptr<ServerLog> MakeServerLog(const ServerConfig& config);

}  // namespace litetts::server
