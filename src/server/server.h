#pragma once

#include "base/log.h"
#include "base/status.h"
#include "server/config.h"
#include "server/speaker.h"

namespace litetts::server {

// `litetts serve`: listens at once, loads the speaker meanwhile, serves until SIGTERM or SIGINT,
// drains, returns. Errors are one line: a port in use, a missing model.
Status Serve(const ServerConfig& config, const SpeakerFactory& load_speaker, LogSink& log);

// The speaker that the configuration names.
SpeakerFactory SpeakerFromConfig(const ServerConfig& config);

// A sink that writes lines with time and level to standard error. Levels as in "server.log_level".
std::unique_ptr<LogSink> MakeServerLog(const ServerConfig& config);

}  // namespace litetts::server
