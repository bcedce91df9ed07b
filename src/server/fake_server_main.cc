// The server over the fake speaker, for tests that need a real process of known speed:
//   litetts_fake_server RTF [config=FILE] [KEY=VALUE ...]
#include <cstdio>
#include <cstdlib>

#include "server/fake_speaker.h"
#include "server/server.h"

int main(int argc, char** argv) {
  using namespace litetts;
  server::ConfigSources sources;
  sources.environment = server::EnvironmentVariables();
  for (int i = 2; i < argc; ++i) {
    const std::string_view text = argv[i];
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) return 2;
    if (text.starts_with("config=")) {
      sources.file = text.substr(equals + 1);
    } else {
      sources.overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  const Result<server::ServerConfig> config = server::LoadConfig(sources);
  Status status = config.status();
  if (config.ok()) {
    const auto log = server::MakeServerLog(*config);
    const double rtf = argc > 1 ? std::atof(argv[1]) : 0.0;
    status = server::Serve({.config = *config,
                            .load_speaker = server::FakeSpeakerFactory({.rtf = rtf}),
                            .reload = [&sources] { return server::LoadConfig(sources); },
                            .build = {.version = "fake", .simd_target = "none"}},
                           *log);
  }
  if (!status.ok()) std::fprintf(stderr, "litetts_fake_server: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}
