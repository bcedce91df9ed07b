#pragma once

// Private to byte_stream.cc and http_session.cc: one connection's bytes, in TLS or not, so that
// what speaks HTTP is compiled once and without the stream's type in every coroutine.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <span>

namespace litetts::server {

// Used on the network thread. Time limits are those of tcp(); except for ReadSome(), errors are
// thrown as boost::system::system_error.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual bool is_tls() const = 0;
  virtual boost::beast::tcp_stream& tcp() = 0;
  virtual boost::asio::awaitable<void> Handshake() = 0;
  virtual boost::asio::awaitable<size_t> ReadSome(boost::asio::mutable_buffer buffer,
                                                  boost::system::error_code& error) = 0;
  // All of the buffers, which must live until then.
  virtual boost::asio::awaitable<void> Write(
      std::span<const boost::asio::const_buffer> buffers) = 0;
};

// `tls` null: plain.
std::unique_ptr<ByteStream> MakeByteStream(boost::asio::ip::tcp::socket socket,
                                           boost::asio::ssl::context* tls);

}  // namespace litetts::server
