#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "cli/command.h"
#include "kernels/simd.h"

namespace litetts::cli {
namespace {

enum ExitCode { kExitOk = 0, kExitFailure = 1, kExitUsage = 2 };

int Fail(const Status& status) {
  std::fprintf(stderr, "litetts: %s\n", status.message().c_str());
  return status.code() == StatusCode::kInvalidArgument ? kExitUsage : kExitFailure;
}

int Main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, not the end
  CLI::App app("Text to speech with Kokoro-82M on ordinary CPUs", "litetts");
  app.set_version_flag("--version", std::string("litetts ") + LITETTS_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  Action action;
  AddSayCommand(app, action);
  AddPhonemizeCommand(app, action);
  AddVoicesCommand(app, action);
  AddModelCommand(app, action);
  AddLexiconCommand(app, action);
  std::string command_line = "litetts";
  for (int i = 1; i < argc; ++i) command_line += Concat(' ', argv[i]);
  AddBenchCommand(app, action, command_line);
  AddTuneCommand(app, action, command_line);
  AddServeCommand(app, action);
  AddConfigCommand(app, action);
  AddCacheCommand(app, action);
  AddDoctorCommand(app, action);
  AddWatermarkCommand(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "litetts: %s (see 'litetts --help')\n", error.what());
    return kExitUsage;
  }
  if (const char* cap = std::getenv("LITETTS_SIMD"); cap != nullptr && *cap != '\0') {
    if (const Status status = kernels::CapSimd(cap); !status.ok()) return Fail(status);
  }
  if (const Status status = action(); !status.ok()) return Fail(status);
  return kExitOk;
}

}  // namespace
}  // namespace litetts::cli

int main(int argc, char** argv) {
  try {
    return litetts::cli::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "litetts: out of memory\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "litetts: internal error: %s\n", error.what());
  }
  return litetts::cli::kExitFailure;
}
