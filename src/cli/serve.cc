#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/server_settings.h"
#include "kernels/simd.h"
#include "server/server.h"

namespace litetts::cli {
namespace {

Status RunServe(const ServerSettings& settings) {
  LITETTS_ASSIGN_OR_RETURN(const server::ServerConfig config, settings.Load());
  const std::unique_ptr<server::ServerLog> log = server::MakeServerLog(config);
  return server::Serve({.config = config,
                        .load_speaker = server::SpeakerFromConfig(config, *log),
                        .reload = [&settings] { return settings.Load(); },
                        .build = {.version = LITETTS_VERSION, .simd_target = kernels::SimdName()}},
                       *log);
}

}  // namespace

void AddServeCommand(CLI::App& app, Action& action) {
  const auto settings = std::make_shared<ServerSettings>();
  CLI::App* command = app.add_subcommand("serve", "Serve OpenAI's speech API over HTTP");
  AddServerSettings(*command, *settings);
  command->add_option("--host", settings->host, "Address to listen on (127.0.0.1)");
  command->add_option("--port", settings->port, "Port (8354); 0: any free one");
  command->add_option("--precision", settings->precision,
                      "Arithmetic of the generator: auto, f32, bf16 or int8");
  command->add_option("--backend", settings->backend, "What computes: native or onnxruntime");
  command->add_option("--cpu-list", settings->cpu_list, "CPUs to run on, such as 0-3,8");
  command->add_option("--nice", settings->nice, "Priority: -20 goes before all others, 19 behind");
  command->callback([settings, &action] { action = [settings] { return RunServe(*settings); }; });
}

}  // namespace litetts::cli
