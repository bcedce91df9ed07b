#include "server/http_server.h"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <utility>

#include "base/cpu.h"
#include "server/api_error.h"
#include "server/http_session.h"

namespace litetts::server {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

struct HttpServer::State {
  State(const ServerConfig& config, Api& api, LogSink& log, KeyRing keys)
      : hub{.config = config,
            .api = api,
            .log = log,
            .keys = std::move(keys),
            .connections = {},
            .connections_of = {},
            .on_last_closed = {}} {}

  net::awaitable<void> AcceptLoop();
  void Admit(tcp::socket socket);
  void BeginDrain(Status reason);
  void AwaitReload();
  Status Reload();
  // The setting that allows no more connections; empty: none.
  std::string_view FullLimit(const tcp::socket& socket) const;

  Hub hub;  // before the context, whose destruction ends the last connections
  std::optional<net::ssl::context> tls;
  net::io_context context{1};
  tcp::acceptor acceptor{context};
  net::signal_set signals{context};
  net::signal_set reload_signal{context};
  ServerConfig* live_config = nullptr;  // what `hub.config` refers to; null: no reload
  ConfigLoader load_config;
  std::function<void()> on_reloaded;
  net::steady_timer drain_timer{context};
  double last_warning = -1e9;  // of refused connections
  Status result;
};

namespace {

Status LoadTls(const ServerConfig& config, std::optional<net::ssl::context>& tls) {
  if (config.tls_certificate.empty()) return OkStatus();
  tls.emplace(net::ssl::context::tls_server);
  error_code error;
  tls->set_options(net::ssl::context::default_workarounds | net::ssl::context::no_tlsv1 |
                       net::ssl::context::no_tlsv1_1,
                   error);
  tls->use_certificate_chain_file(config.tls_certificate, error);
  if (error)
    return InvalidArgument("cannot read the certificate '", config.tls_certificate,
                           "': ", error.message());
  tls->use_private_key_file(config.tls_key, net::ssl::context::pem, error);
  if (error)
    return InvalidArgument("cannot read the key '", config.tls_key, "': ", error.message());
  return OkStatus();
}

Status Listen(const ServerConfig& config, net::io_context& context, tcp::acceptor& acceptor) {
  error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(config.host, std::to_string(config.port),
                                      tcp::resolver::numeric_service, error);
  if (error || found.empty())
    return InvalidArgument("cannot listen on '", config.host, "': ", error.message());
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(net::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(net::socket_base::max_listen_connections, error);
  if (!error) return OkStatus();
  return FailedPrecondition(
      "cannot listen on ", config.host, ":", config.port, ": ", error.message(),
      error == net::error::address_in_use ? "; is another server running? --port chooses another"
                                          : "");
}

// Each connection is a descriptor; the soft limit is often 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

net::awaitable<void> HttpServer::State::AcceptLoop() {
  for (;;) {
    error_code error;
    tcp::socket socket =
        co_await acceptor.async_accept(net::redirect_error(net::use_awaitable, error));
    if (!acceptor.is_open()) co_return;
    if (error) {  // out of descriptors, or the client left already
      net::steady_timer pause(context, std::chrono::milliseconds(20));
      co_await pause.async_wait(net::redirect_error(net::use_awaitable, error));
      continue;
    }
    try {
      Admit(std::move(socket));
    } catch (const std::exception& thrown) {  // memory that ran out; the next one may find some
      hub.log.Write(LogLevel::kError, Concat("a connection was dropped: ", thrown.what()));
    }
  }
}

void HttpServer::State::Admit(tcp::socket socket) {
  constexpr double kWarningSeconds = 10;
  const std::string_view limit = FullLimit(socket);
  if (limit.empty()) return StartSession(std::move(socket), tls ? &*tls : nullptr, hub);
  hub.api.metrics().CountRefused("connections");
  if (const double now = NowSeconds(); now - last_warning >= kWarningSeconds) {
    last_warning = now;
    hub.log.Write(LogLevel::kWarning,
                  Concat("connections are refused: ", limit, " allows no more"));
  }
  if (tls) return;
  const std::string body = ErrorResponse({.status = 503,
                                          .type = "server_error",
                                          .message = Concat(limit, " allows no more connections"),
                                          .param = {},
                                          .code = "too_many_connections"})
                               .body;
  const std::string answer = Concat(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: ",
      body.size(), "\r\nRetry-After: 1\r\nX-Request-Id: ", NewRequestId(),
      "\r\nConnection: close\r\n\r\n", body);
  error_code error;
  socket.non_blocking(true, error);
  socket.write_some(net::buffer(answer), error);
}

std::string_view HttpServer::State::FullLimit(const tcp::socket& socket) const {
  if (hub.connections.size() >= static_cast<size_t>(hub.config.max_connections)) {
    return "server.max_connections";
  }
  const auto most = static_cast<size_t>(hub.config.max_connections_per_address);
  if (most == 0) return {};
  error_code error;
  const auto found = hub.connections_of.find(socket.remote_endpoint(error).address().to_string());
  const bool is_full = found != hub.connections_of.end() && found->second >= most;
  return is_full ? "server.max_connections_per_address" : std::string_view();
}

void HttpServer::State::AwaitReload() {
  reload_signal.async_wait([this](error_code failed, int) {
    if (failed) return;
    if (const Status status = Reload(); !status.ok()) {
      hub.log.Write(LogLevel::kError,
                    Concat("reload failed, the settings stay: ", status.message()));
    }
    AwaitReload();
  });
}

// All or nothing: what can fail comes before the first change.
Status HttpServer::State::Reload() {
  LITETTS_ASSIGN_OR_RETURN(const ServerConfig fresh, load_config());
  for (const std::string& warning : fresh.warnings) hub.log.Write(LogLevel::kWarning, warning);
  if (fresh.tls_certificate.empty() == tls.has_value()) {
    return InvalidArgument("TLS cannot be turned on or off without a restart");
  }
  LITETTS_ASSIGN_OR_RETURN(KeyRing keys, KeyRing::Create(fresh.api_keys));
  std::optional<net::ssl::context> fresh_tls;
  LITETTS_RETURN_IF_ERROR(LoadTls(fresh, fresh_tls));
  const ReloadReport report = ApplyReload(fresh, *live_config);
  hub.keys = std::move(keys);
  tls = std::move(fresh_tls);
  hub.api.OnConfigChanged();
  on_reloaded();
  std::string names;
  for (const std::string& name : report.changed) names += ' ' + name;
  hub.log.Write(LogLevel::kInfo, Concat("reloaded; changed:", names.empty() ? " nothing" : names));
  for (const std::string& name : report.need_restart) {
    hub.log.Write(LogLevel::kWarning, Concat("a new ", name, " needs a restart"));
  }
  return OkStatus();
}

void HttpServer::State::BeginDrain(Status reason) {
  if (hub.is_draining) return;
  hub.is_draining = true;
  hub.api.Stop();
  result = std::move(reason);
  error_code ignored;
  acceptor.close(ignored);
  signals.cancel(ignored);
  reload_signal.cancel(ignored);
  if (!result.ok()) {
    context.stop();
    return;
  }
  hub.on_last_closed = [this] { net::post(context, [this] { drain_timer.cancel(); }); };
  const auto connections = hub.connections;  // closing changes the set
  for (Connection* connection : connections) connection->CloseIfIdle();
  hub.log.Write(LogLevel::kInfo,
                Concat("shutting down: ", hub.connections.size(), " connections to finish"));
  const double limit = hub.connections.empty() ? 0 : hub.config.drain_seconds;
  drain_timer.expires_after(std::chrono::milliseconds(static_cast<long long>(1000 * limit)));
  drain_timer.async_wait([this](error_code) { context.stop(); });
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() { state_->hub.on_last_closed = nullptr; }

Result<std::unique_ptr<HttpServer>> HttpServer::Create(const ServerConfig& config, Api& api,
                                                       LogSink& log) {
  LITETTS_ASSIGN_OR_RETURN(KeyRing keys, KeyRing::Create(config.api_keys));
  RaiseDescriptorLimit();
  auto state = std::make_unique<State>(config, api, log, std::move(keys));
  LITETTS_RETURN_IF_ERROR(LoadTls(config, state->tls));
  LITETTS_RETURN_IF_ERROR(Listen(config, state->context, state->acceptor));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

int HttpServer::port() const {
  error_code ignored;
  return state_->acceptor.local_endpoint(ignored).port();
}

void HttpServer::SetReload(ServerConfig& config, ConfigLoader load,
                           std::function<void()> on_reloaded) {
  state_->live_config = &config;
  state_->on_reloaded = std::move(on_reloaded);
  state_->load_config = std::move(load);
}

Status HttpServer::Run() {
  PreferLatency();
  State& state = *state_;
  error_code error;
  if (state.load_config != nullptr) {
    state.reload_signal.add(SIGHUP, error);
    state.AwaitReload();
  }
  for (const int signal : {SIGTERM, SIGINT}) state.signals.add(signal, error);
  state.signals.async_wait([&state](error_code failed, int) {
    if (!failed) state.BeginDrain(OkStatus());
  });
  net::co_spawn(state.context, state.AcceptLoop(), net::detached);
  state.context.run();
  return state.result;
}

void HttpServer::Stop(Status reason) {
  net::post(state_->context, [this, reason = std::move(reason)] { state_->BeginDrain(reason); });
}

}  // namespace litetts::server
