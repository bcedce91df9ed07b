#pragma once

// Private to http_server.cc and http_session.cc, which alone know Boost.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/log.h"
#include "server/api.h"
#include "server/config.h"
#include "server/key_ring.h"

namespace litetts::server {

class Connection {
 public:
  virtual ~Connection() = default;
  virtual void CloseIfIdle() = 0;
  virtual void Close() = 0;
};

// What the connections of one server share. Used on the network thread only.
struct Hub {
  const ServerConfig& config;
  Api& api;
  LogSink& log;
  KeyRing keys;
  bool is_draining = false;
  std::unordered_set<Connection*> connections;
  std::unordered_map<std::string, size_t> connections_of;  // an address
  std::function<void()> on_last_closed;
};

std::string NewRequestId();

// Runs the connection until it ends; it lists itself in the hub. `tls` null: plain HTTP.
void StartSession(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls, Hub& hub);

}  // namespace litetts::server
