#pragma once

#include <memory>

#include "base/log.h"
#include "base/status.h"
#include "server/api.h"
#include "server/config.h"

namespace litetts::server {

// HTTP/1.1 with or without TLS: sockets, limits and time-outs on one network thread; what routes do
// is the Api's.
class HttpServer {
 public:
  // Listens. kFailedPrecondition for a port in use, kInvalidArgument for a bad address, certificate
  // or key.
  static Result<std::unique_ptr<HttpServer>> Create(const ServerConfig& config, Api& api,
                                                    LogSink& log);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // On SIGHUP `load` is called; what it gives replaces `config` where it may, then `on_reloaded` is
  // called. Before Run(); on its thread.
  void SetReload(ServerConfig& config, ConfigLoader load, std::function<void()> on_reloaded);
  // Serves on the calling thread until Stop(), SIGTERM or SIGINT; then refuses new connections and
  // lets the answers in progress end, for at most `drain_seconds`.
  Status Run();
  // Thread-safe. With an error Run() returns it at once.
  void Stop(Status reason = OkStatus());

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace litetts::server
