#include "server/byte_stream.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <type_traits>
#include <utility>

namespace litetts::server {
namespace {

namespace net = boost::asio;
using boost::beast::tcp_stream;
using net::awaitable;
using net::use_awaitable;
using TlsStream = net::ssl::stream<tcp_stream>;

template <typename Stream>
class StreamOf : public ByteStream {
 public:
  explicit StreamOf(Stream stream) : stream_(std::move(stream)) {}

  bool is_tls() const override { return std::is_same_v<Stream, TlsStream>; }

  tcp_stream& tcp() override {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  awaitable<void> Handshake() override {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      co_await stream_.async_handshake(net::ssl::stream_base::server, use_awaitable);
    }
    co_return;
  }

  awaitable<size_t> ReadSome(net::mutable_buffer buffer,
                             boost::system::error_code& error) override {
    co_return co_await stream_.async_read_some(buffer, net::redirect_error(use_awaitable, error));
  }

  awaitable<void> Write(std::span<const net::const_buffer> buffers) override {
    co_await net::async_write(stream_, buffers, use_awaitable);
  }

 private:
  Stream stream_;
};

}  // namespace

std::unique_ptr<ByteStream> MakeByteStream(net::ip::tcp::socket socket, net::ssl::context* tls) {
  tcp_stream plain(std::move(socket));
  if (tls == nullptr) return std::make_unique<StreamOf<tcp_stream>>(std::move(plain));
  return std::make_unique<StreamOf<TlsStream>>(TlsStream(std::move(plain), *tls));
}

}  // namespace litetts::server
