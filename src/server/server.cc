#include "server/server.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>
#include <thread>

#include "base/cpu.h"
#include "server/http_server.h"
#include "server/process.h"

namespace litetts::server {
namespace {

class SpdlogSink : public ServerLog {
 public:
  explicit SpdlogSink(const std::string& level)
      : logger_("litetts", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    SetLevel(level);
  }

  void SetLevel(const std::string& level) override {
    logger_.set_level(spdlog::level::from_str(level));
  }

  void Write(LogLevel level, std::string_view message) override {
    logger_.log(
        static_cast<spdlog::level::level_enum>(static_cast<int>(level) + spdlog::level::debug),
        spdlog::string_view_t(message.data(), message.size()));
  }

 private:
  spdlog::logger logger_;
};

// Threads come and go between requests: with a heap for each, what one has freed no other can use.
// Chunks' audio goes back to the system when the caches forget it, and leaves no holes: 9 of 34 MiB
// of heaps after 1,600 requests of `bench/load.py soak`; 45 of 97 with a threshold of 512 KiB. A
// process may have 65,530 mappings.
void KeepHeapsSmall() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 64 << 10);
  mallopt(M_MMAP_MAX, 32 << 10);
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
}

}  // namespace

std::unique_ptr<ServerLog> MakeServerLog(const ServerConfig& config) {
  return std::make_unique<SpdlogSink>(config.log_level);
}

Status Serve(const ServeOptions& options, ServerLog& log) {
  const double begin = NowSeconds();
  KeepHeapsSmall();
  // Before the first thread, since they inherit both.
  if (!options.config.cpu_list.empty()) {
    LITETTS_RETURN_IF_ERROR(PinToCpus(options.config.cpu_list));
  }
  if (options.config.nice != 0) LITETTS_RETURN_IF_ERROR(SetNiceLevel(options.config.nice));
  ServerConfig config = options.config;  // a reload changes it, on the network thread
  for (const std::string& warning : config.warnings) log.Write(LogLevel::kWarning, warning);
  Metrics::Build build = options.build;
  build.num_cores = config.threads > 0 ? static_cast<size_t>(config.threads) : UsableCores();
  Api api(config, build, log);
  LITETTS_ASSIGN_OR_RETURN(const std::unique_ptr<HttpServer> http,
                           HttpServer::Create(config, api, log));
  log.Write(LogLevel::kInfo,
            Concat("listening on ", config.tls_certificate.empty() ? "http" : "https", "://",
                   config.host, ":", http->port(), " after ", NowSeconds() - begin, " s"));
  if (config.api_keys.empty() && !config.host.starts_with("127.") && config.host != "localhost" &&
      config.host != "::1") {
    log.Write(LogLevel::kWarning, Concat("anyone who reaches ", config.host,
                                         " may use this server: set server.api_keys"));
  }
  if (options.reload != nullptr) {
    http->SetReload(config, options.reload, [&] { log.SetLevel(config.log_level); });
  }
  std::thread loader([&] {
    Result<std::unique_ptr<Speaker>> speaker = options.load_speaker();
    if (!speaker.ok()) {
      http->Stop(speaker.status());
      return;
    }
    api.SetSpeaker(std::move(*speaker));
    log.Write(LogLevel::kInfo, Concat("ready after ", NowSeconds() - begin, " s"));
  });
  const Status result = http->Run();
  loader.join();
  return result;
}

}  // namespace litetts::server
