#include "server/http_session.h"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <random>

#include "server/address_range.h"
#include "server/api_error.h"
#include "server/byte_stream.h"

namespace litetts::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;
using net::awaitable;
using net::use_awaitable;

// One write is at most this long, so that the write limit judges the pace and not the size of an
// answer.
constexpr size_t kWriteBytes = 64 << 10;
constexpr size_t kReadBytes = 64 << 10;
// In the log and the metrics, as nginx has it: the client left before the end of its answer.
constexpr int kClientGone = 499;

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

bool IsRequestId(std::string_view id) {
  return !id.empty() && id.size() <= 128 &&
         id.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") ==
             std::string_view::npos;
}

// The path of a request target: no query, percent-decoded, without a slash at its end.
std::string PathOf(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  std::string path;
  for (size_t i = 0; i < target.size(); ++i) {
    unsigned char byte = 0;
    const char* digits = target.data() + i + 1;
    if (target[i] == '%' && i + 2 < target.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      path += static_cast<char>(byte);
      i += 2;
    } else {
      path += target[i];
    }
  }
  if (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

std::string HeaderLine(std::string_view name, std::string_view value) {
  return Concat(name, ": ", value, "\r\n");
}

class Session : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(std::unique_ptr<ByteStream> stream, Hub& hub)
      : stream_(std::move(stream)), hub_(hub), timer_(tcp().get_executor()) {
    error_code error;
    peer_ = tcp().socket().remote_endpoint(error).address().to_string();
    ++hub_.connections_of[peer_];
    hub_.connections.insert(this);
    hub_.api.metrics().SetConnections(hub_.connections.size());
  }
  ~Session() override {
    hub_.connections.erase(this);
    if (--hub_.connections_of[peer_] == 0) hub_.connections_of.erase(peer_);
    hub_.api.metrics().SetConnections(hub_.connections.size());
    if (hub_.connections.empty() && hub_.on_last_closed) hub_.on_last_closed();
  }

  void CloseIfIdle() override {
    if (is_idle_) Close();
  }
  void Close() override {
    tcp().close();
    timer_.cancel();
  }

  awaitable<void> Run() {
    auto self = this->shared_from_this();
    error_code error;
    tcp().socket().set_option(net::ip::tcp::no_delay(true), error);
    try {
      tcp().expires_after(Seconds(hub_.config.header_timeout_seconds));
      co_await stream_->Handshake();
      while (co_await ServeOne()) {
      }
    } catch (const std::exception& gone) {
      hub_.log.Write(LogLevel::kDebug, Concat("connection from ", peer_, " ended: ", gone.what()));
      if (is_answering_) Finished(kClientGone, false, "write failed");
    }
    tcp().socket().shutdown(net::ip::tcp::socket::shutdown_send, error);
    tcp().close();
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  beast::tcp_stream& tcp() { return stream_->tcp(); }

  // One request and its answer; false when the connection ends.
  awaitable<bool> ServeOne() {
    if (buffer_.size() == 0) {
      is_idle_ = true;
      if (hub_.is_draining) co_return false;
      tcp().expires_after(Seconds(hub_.config.idle_timeout_seconds));
      error_code ended;
      buffer_.commit(co_await stream_->ReadSome(buffer_.prepare(4096), ended));
      is_idle_ = false;
      if (ended) co_return false;
    }
    request_ = {};
    request_.arrival = Clock::now();
    request_.request_id = NewRequestId();
    route_ = nullptr;
    Parser parser;
    parser.header_limit(static_cast<uint32_t>(hub_.config.max_header_bytes));
    parser.body_limit(static_cast<uint64_t>(hub_.config.max_body_bytes));
    error_code error;
    tcp().expires_after(Seconds(hub_.config.header_timeout_seconds));
    co_await Read(parser, Until::kHead, error);
    if (!error) {
      if (EqualsIgnoreCase(parser.get()[http::field::expect], "100-continue")) {
        co_await WriteText("HTTP/1.1 100 Continue\r\n\r\n");
      }
      tcp().expires_after(Seconds(hub_.config.body_timeout_seconds));
      co_await Read(parser, Until::kEnd, error);
    }
    if (error) {
      co_await AnswerBadRequest(error);
      co_await DiscardRest();
      co_return false;
    }
    version_ = parser.get().version();
    keep_alive_ = parser.get().keep_alive() && !hub_.is_draining;
    TakeRequest(parser.get());
    co_return co_await Answer();
  }

  enum class Until { kHead, kEnd };

  // As http::async_read_header() and http::async_read(), which take minutes to compile.
  awaitable<void> Read(Parser& parser, Until until, error_code& error) {
    parser.eager(until == Until::kEnd);
    for (;;) {
      if (until == Until::kHead ? parser.is_header_done() : parser.is_done()) co_return;
      if (buffer_.size() > 0) {
        buffer_.consume(parser.put(buffer_.data(), error));
        if (error && error != http::error::need_more) co_return;
        if (!error) continue;
        error = {};
      }
      const size_t size = co_await stream_->ReadSome(buffer_.prepare(kReadBytes), error);
      buffer_.commit(size);
      if (error == net::error::eof) {
        error = parser.got_some() ? http::error::partial_message : http::error::end_of_stream;
      }
      if (error) co_return;
    }
  }

  void TakeRequest(http::request<http::string_body>& message) {
    request_.method = message.method_string();
    request_.path = PathOf(message.target());
    if (const size_t mark = message.target().find('?'); mark != std::string_view::npos)
      request_.query = message.target().substr(mark + 1);
    for (const auto& field : message)
      request_.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    request_.body = std::move(message.body());
    if (const std::string_view id = request_.Find("X-Request-Id"); IsRequestId(id))
      request_.request_id = id;
    request_.client = peer_;
    // Several lines are one list. From the entry that our proxy added, which may stand on a line of
    // its own, to the first one that is not of a proxy of ours.
    std::string lines;
    for (const Header& header : request_.headers) {
      if (!EqualsIgnoreCase(header.name, "X-Forwarded-For")) continue;
      lines += (lines.empty() ? "" : ", ") + header.value;
    }
    std::string_view forwarded = lines;
    while (!forwarded.empty() && IsTrusted(request_.client)) {
      const size_t last = forwarded.find_last_of(", ");
      error_code error;
      const auto address = net::ip::make_address(
          forwarded.substr(last == std::string_view::npos ? 0 : last + 1), error);
      if (error) return;
      request_.client = address.to_string();
      forwarded = forwarded.substr(0, last == std::string_view::npos ? 0 : last);
      while (forwarded.ends_with(',') || forwarded.ends_with(' ')) forwarded.remove_suffix(1);
    }
  }

  bool IsTrusted(std::string_view address) const {
    const auto& proxies = hub_.config.trusted_proxies;
    return std::any_of(proxies.begin(), proxies.end(), [&](const std::string& proxy) {
      const Result<AddressRange> range =
          AddressRange::Parse(proxy);  // the configuration is checked
      return range.ok() && range->Contains(address);
    });
  }

  awaitable<void> AnswerBadRequest(error_code error) {
    keep_alive_ = false;
    ApiError answer{.message = {}, .param = {}, .code = "bad_request"};
    if (error == http::error::body_limit) {
      answer.status = 413;
      answer.message = Concat("the body is larger than ", hub_.config.max_body_bytes, " bytes");
      answer.code = "body_too_large";
    } else if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      answer.status = 431;
      answer.message = Concat("the head is larger than ", hub_.config.max_header_bytes, " bytes");
      answer.code = "header_too_large";
    } else if (error == beast::error::timeout) {
      co_return;  // too slow to be worth an answer
    } else if (error.category() == make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      answer.message = Concat("not a valid HTTP request: ", error.message());
    } else {
      co_return;
    }
    is_answering_ = true;
    co_await WriteWhole(ErrorResponse(answer));
  }

  // A close while the client still sends resets the connection, and the answer may never be read.
  awaitable<void> DiscardRest() {
    constexpr size_t kMaxBytes = 16 << 20;
    error_code error;
    tcp().socket().shutdown(net::ip::tcp::socket::shutdown_send, error);
    tcp().expires_after(std::chrono::seconds(2));
    std::vector<char> sink(64 << 10);
    for (size_t size = 0; !error && size < kMaxBytes;) {
      // Of tcp() and not of its socket, which knows no time limit.
      size += co_await tcp().async_read_some(net::buffer(sink),
                                             net::redirect_error(use_awaitable, error));
    }
  }

  std::optional<HttpResponse> CheckAccess() {
    if (hub_.keys.empty() || route_->is_public) return std::nullopt;
    if (const std::optional<std::string> name = hub_.keys.Find(request_.Find("Authorization"))) {
      request_.client = *name;
      return std::nullopt;
    }
    HttpResponse response =
        ErrorResponse({.status = 401,
                       .message = "a valid API key is needed: Authorization: Bearer KEY",
                       .param = {},
                       .code = "invalid_api_key"});
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
  }

  awaitable<bool> Answer() {
    is_answering_ = true;
    num_bytes_ = 0;
    if (request_.method == "OPTIONS") {
      HttpResponse preflight{.status = 204, .content_type = {}, .body = {}, .headers = {}};
      if (MayShare(request_.Find("Origin"))) {
        preflight.headers.push_back({"Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"});
        const std::string_view asked = request_.Find("Access-Control-Request-Headers");
        preflight.headers.push_back(
            {"Access-Control-Allow-Headers",
             asked.empty() ? "Authorization, Content-Type, X-Request-Id" : std::string(asked)});
        preflight.headers.push_back({"Access-Control-Max-Age", "86400"});
      }
      co_return co_await WriteWhole(preflight);
    }
    const Api::Match match = Api::FindRoute(request_.method, request_.path);
    if (match.route == nullptr) co_return co_await WriteWhole(match.error);
    route_ = match.route;
    if (const auto refusal = CheckAccess()) co_return co_await WriteWhole(*refusal);
    // An answer shared with an equal request may drop its beginning between the two calls; the
    // second time the request gets an answer of its own.
    for (int attempt = 0; attempt < 2; ++attempt) {
      Reply reply = HandleSafely();
      if (const HttpResponse* whole = std::get_if<HttpResponse>(&reply))
        co_return co_await WriteWhole(*whole);
      const std::unique_ptr<ResponseStream::Reader> reader =
          std::get<StreamPtr>(reply)->Join(WakeFunction());
      reply = StreamPtr();
      if (reader != nullptr) co_return co_await WriteStream(*reader);
    }
    co_return co_await WriteWhole(ErrorResponse({.status = 503,
                                                 .type = "server_error",
                                                 .message = "the answer was given up; ask again",
                                                 .param = {},
                                                 .code = "retry",
                                                 .retry_after_seconds = 1}));
  }

  Reply HandleSafely() {
    try {
      return hub_.api.Handle(*route_, request_);
    } catch (const std::exception& thrown) {
      hub_.log.Write(LogLevel::kError,
                     Concat("request id=", request_.request_id, " failed: ", thrown.what()));
      return ErrorResponse(ErrorFromStatus(Internal("the server could not handle the request")));
    }
  }

  // Called on a worker's thread: only posts.
  std::function<void()> WakeFunction() {
    return [weak = this->weak_from_this(), executor = tcp().get_executor()] {
      net::post(executor, [weak] {
        if (auto self = weak.lock()) self->timer_.cancel();
      });
    };
  }

  awaitable<bool> WriteStream(ResponseStream::Reader& reader) {
    using namespace net::experimental::awaitable_operators;
    tcp().expires_never();
    const auto ended = co_await (Pump(reader) || WatchForClose());
    if (ended.index() == 0) co_return std::get<0>(ended);
    // Both may end at one time.
    co_return is_answering_ ? Finished(kClientGone, false, "client gone") : false;
  }

  // From the worker's stream to the socket; true when the connection may go on.
  awaitable<bool> Pump(ResponseStream::Reader& reader) {
    const auto queue_deadline = request_.arrival + Seconds(hub_.config.max_queue_wait_seconds);
    // Of the next part of the answer: one that is read as it is heard may take hours.
    auto deadline = request_.arrival + Seconds(hub_.config.request_timeout_seconds);
    bool has_head = false;
    bool is_chunked = false;
    for (;;) {
      ResponseStream::Event event = reader.Next();
      if (std::holds_alternative<ResponseStream::Nothing>(event)) {
        const auto until = reader.has_started() ? deadline : std::min(deadline, queue_deadline);
        error_code error;
        timer_.expires_at(until);
        co_await timer_.async_wait(net::redirect_error(use_awaitable, error));
        if (error || Clock::now() < until) continue;  // woken
        if (reader.has_started() && until != deadline) continue;
        if (has_head) co_return Finished(504, false, "timeout");
        co_return co_await WriteWhole(TimeOutAnswer(until == deadline));
      }
      if (const auto* answer = std::get_if<HttpResponse>(&event))
        co_return co_await WriteWhole(*answer);
      if (const auto* head = std::get_if<ResponseHead>(&event)) {
        has_head = true;
        is_chunked = head->content_length < 0 && version_ >= 11;
        keep_alive_ = keep_alive_ && (head->content_length >= 0 || is_chunked);
        co_await WriteHead(*head, is_chunked);
        // The reader leaves, and the work stops where nobody else wants it.
        if (request_.method == "HEAD") co_return Finished(head->status, keep_alive_, "done");
      } else if (const auto* piece = std::get_if<ResponseStream::Piece>(&event)) {
        co_await WriteBody(**piece, is_chunked);
      } else if (const auto* done = std::get_if<ResponseStream::Done>(&event)) {
        if (is_chunked) co_await WriteLastChunk(done->trailers);
        co_return Finished(200, keep_alive_, "done");
      } else {
        co_return Finished(500, false, "aborted");  // the client sees a body that ends too early
      }
      deadline = Clock::now() + Seconds(hub_.config.request_timeout_seconds);
    }
  }

  HttpResponse TimeOutAnswer(bool is_total) {
    ApiError error{.status = is_total ? 504 : 503,
                   .type = "server_error",
                   .message = is_total ? "the request took too long"
                                       : "the request waited too long in the queue",
                   .param = {},
                   .code = is_total ? "timeout" : "overloaded"};
    if (!is_total) error.retry_after_seconds = hub_.api.RetryAfterSeconds();
    return ErrorResponse(error);
  }

  // Returns when the client has closed the connection; never if it sends more instead, which waits
  // its turn.
  awaitable<void> WatchForClose() {
    for (;;) {
      co_await tcp().socket().async_wait(net::ip::tcp::socket::wait_read, use_awaitable);
      char byte = 0;
      const ssize_t size =
          ::recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
      constexpr char kTlsAlert = 21;  // a TLS client says goodbye with a close_notify alert
      if (size == 0 || (stream_->is_tls() && size == 1 && byte == kTlsAlert)) co_return;
      if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) co_return;
      if (size < 0) continue;
      // A pipelined request: look again now and then, since "readable" no longer tells the end.
      net::steady_timer pause(tcp().get_executor());
      for (;;) {
        pause.expires_after(std::chrono::milliseconds(20));
        co_await pause.async_wait(use_awaitable);
        if (HasClosed()) co_return;
      }
    }
  }

  // The peer's end, where data before it hides it from recv().
  bool HasClosed() {
    pollfd descriptor{tcp().socket().native_handle(), POLLRDHUP, 0};
    return ::poll(&descriptor, 1, 0) > 0;
  }

  bool MayShare(std::string_view origin) const {
    const auto& allowed = hub_.config.cors_origins;
    return !origin.empty() && (std::find(allowed.begin(), allowed.end(), origin) != allowed.end() ||
                               std::find(allowed.begin(), allowed.end(), "*") != allowed.end());
  }

  // The head of an answer. `length` negative: chunked, or until the connection closes.
  std::string MakeHead(int status, std::string_view content_type,
                       const std::vector<Header>& headers, long long length, bool is_chunked) {
    const auto reason = http::obsolete_reason(static_cast<http::status>(status));
    std::string head = Concat(version_ == 10 ? "HTTP/1.0 " : "HTTP/1.1 ", status, " ",
                              std::string_view(reason.data(), reason.size()), "\r\n");
    const auto add = [&head](std::string_view name, std::string_view value) {
      head += HeaderLine(name, value);
    };
    const auto is_given = [&headers](std::string_view name) {
      return std::any_of(headers.begin(), headers.end(),
                         [&](const Header& header) { return EqualsIgnoreCase(header.name, name); });
    };
    if (!content_type.empty()) add("Content-Type", content_type);
    for (const Header& header : headers) add(header.name, header.value);
    add("Server", "LiteTTS");
    add("X-Request-Id", request_.request_id);
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "no-referrer");
    add("X-Frame-Options", "DENY");
    // The pages bring their own two.
    if (!is_given("Cache-Control")) add("Cache-Control", "no-store");
    if (!is_given("Content-Security-Policy"))
      add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (!hub_.config.cors_origins.empty()) add("Vary", "Origin");
    if (const std::string_view origin = request_.Find("Origin"); MayShare(origin)) {
      add("Access-Control-Allow-Origin", origin);
      add("Access-Control-Expose-Headers",
          "X-Request-Id, Retry-After, X-Audio-Duration, X-RTF, X-Sample-Rate, "
          "X-Encoder-Delay-Samples, X-Without-Effect, X-Cache, X-Watermark-Payload, "
          "X-Ignored-Markup, Server-Timing");
    }
    if (length >= 0) add("Content-Length", std::to_string(length));
    if (is_chunked) add("Transfer-Encoding", "chunked");
    if (version_ == 10 && keep_alive_) add("Connection", "keep-alive");
    if (version_ != 10 && !keep_alive_) add("Connection", "close");
    return head + "\r\n";
  }

  awaitable<void> WriteText(std::string_view text) {
    const net::const_buffer buffers[] = {net::buffer(text)};
    co_await stream_->Write(buffers);
  }

  awaitable<bool> WriteWhole(const HttpResponse& answer) {
    const bool has_body = answer.status != 204 && answer.status != 304;
    const std::string head = MakeHead(answer.status, answer.content_type, answer.headers,
                                      has_body ? static_cast<long long>(answer.body.size()) : -1,
                                      /*is_chunked=*/false);
    std::vector<net::const_buffer> buffers = {net::buffer(head)};
    if (has_body && request_.method != "HEAD") buffers.push_back(net::buffer(answer.body));
    tcp().expires_after(Seconds(hub_.config.write_timeout_seconds));
    co_await stream_->Write(buffers);
    num_bytes_ = request_.method == "HEAD" ? 0 : answer.body.size();
    co_return Finished(answer.status, keep_alive_, "done");
  }

  awaitable<void> WriteHead(const ResponseHead& answer, bool is_chunked) {
    const std::string head = MakeHead(answer.status, answer.content_type, answer.headers,
                                      answer.content_length, is_chunked);
    num_bytes_ = 0;
    tcp().expires_after(Seconds(hub_.config.write_timeout_seconds));
    co_await WriteText(head);
    tcp().expires_never();
  }

  awaitable<void> WriteBody(const std::string& bytes, bool is_chunked) {
    for (size_t begin = 0; begin < bytes.size(); begin += kWriteBytes) {
      const auto part =
          net::buffer(bytes.data() + begin, std::min(kWriteBytes, bytes.size() - begin));
      tcp().expires_after(Seconds(hub_.config.write_timeout_seconds));
      if (is_chunked) {
        char size[20];
        const int size_length = std::snprintf(size, sizeof(size), "%zx\r\n", part.size());
        const net::const_buffer chunk[] = {net::buffer(size, static_cast<size_t>(size_length)),
                                           part, net::buffer("\r\n", 2)};
        co_await stream_->Write(chunk);
      } else {
        const net::const_buffer whole[] = {part};
        co_await stream_->Write(whole);
      }
      if (num_bytes_ == 0) {
        hub_.api.metrics().CountFirstByte(
            std::chrono::duration<double>(Clock::now() - request_.arrival).count());
      }
      num_bytes_ += part.size();
    }
    tcp().expires_never();
  }

  // Trailers only for who asked: simple clients take them for the begin of the next answer.
  awaitable<void> WriteLastChunk(const std::vector<Header>& trailers) {
    std::string end = "0\r\n";
    if (EqualsIgnoreCase(request_.Find("TE"), "trailers")) {
      for (const Header& header : trailers) end += HeaderLine(header.name, header.value);
    }
    end += "\r\n";
    tcp().expires_after(Seconds(hub_.config.write_timeout_seconds));
    co_await WriteText(end);
    tcp().expires_never();
  }

  // `status`: what was sent or, where the answer has not come to its end, what it would have been.
  bool Finished(int status, bool keep_alive, std::string_view end) {
    is_answering_ = false;
    const double seconds = std::chrono::duration<double>(Clock::now() - request_.arrival).count();
    hub_.api.metrics().CountRequest(route_ == nullptr ? "unknown" : route_->path, status, seconds);
    const bool is_polled =
        route_ != nullptr && route_->is_polled && (status < 400 || status == kClientGone);
    hub_.log.Write(is_polled ? LogLevel::kDebug : LogLevel::kInfo,
                   Concat("request id=", request_.request_id, " client=", request_.client,
                          " method=", request_.method.substr(0, 16), " route=",
                          route_ == nullptr ? "unknown" : route_->path, " status=", status,
                          " bytes=", num_bytes_, " seconds=", seconds, " end=", end));
    return keep_alive;
  }

  std::unique_ptr<ByteStream> stream_;
  Hub& hub_;
  net::steady_timer timer_;  // cancelled to wake Pump()
  beast::flat_buffer buffer_;
  std::string peer_;
  HttpRequest request_;
  const Route* route_ = nullptr;
  unsigned version_ = 11;
  bool keep_alive_ = true;
  bool is_idle_ = false;
  bool is_answering_ = false;  // a request has come, and its end is not logged yet
  size_t num_bytes_ = 0;
};

}  // namespace

std::string NewRequestId() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id = "req_";
  for (int i = 0; i < 2; ++i) {
    uint64_t bits = random();
    for (int k = 0; k < 16; ++k, bits >>= 4) id += kDigits[bits & 15];
  }
  return id;
}

void StartSession(net::ip::tcp::socket socket, net::ssl::context* tls, Hub& hub) {
  const auto executor = socket.get_executor();
  auto session = std::make_shared<Session>(MakeByteStream(std::move(socket), tls), hub);
  net::co_spawn(
      executor, [session] { return session->Run(); }, net::detached);
}

}  // namespace litetts::server
