#include "server/server.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <string>
#include <thread>

#include "base/cpu.h"
#include "server/http_server.h"

namespace litetts::server {
namespace {

class SpdlogSink : public LogSink {
 public:
  explicit SpdlogSink(const std::string& level)
      : logger_("litetts", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger_.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
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

}  // namespace

std::unique_ptr<LogSink> MakeServerLog(const ServerConfig& config) {
  return std::make_unique<SpdlogSink>(config.log_level);
}

Status Serve(const ServerConfig& config, const SpeakerFactory& load_speaker, LogSink& log) {
  const double begin = NowSeconds();
  Api api(config, log);
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
  std::thread loader([&] {
    Result<std::unique_ptr<Speaker>> speaker = load_speaker();
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
