#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "server/http_types.h"

namespace litetts::server {

// An answer on its way from the worker that makes it to the clients that asked for it: usually one,
// several where equal requests share one computation. The worker is slowed to the pace of the
// fastest client; when the last one has gone, the cancel flag stops the work. Thread-safe: one
// producer, any number of readers.
class ResponseStream : public std::enable_shared_from_this<ResponseStream> {
 public:
  struct Limits {
    // How far the producer may run ahead of the fastest reader: 43 s of PCM, 3 minutes of MP3, so
    // that most answers are made at full speed and cost their bytes instead of a workspace.
    size_t ahead_bytes = 2 << 20;
    size_t retained_bytes = 8 << 20;  // how much is kept for late joiners and slow readers
  };

  struct Nothing {};               // not yet: wait for the wake-up
  struct Done {                    // complete
    std::vector<Header> trailers;  // what only the end could tell
  };
  struct Aborted {};  // failed after the head had gone out
  using Piece = std::shared_ptr<const std::string>;
  // A whole answer instead of a stream stands for a failure before the first byte, or a short
  // reply.
  using Event = std::variant<Nothing, ResponseHead, Piece, HttpResponse, Done, Aborted>;

  // One client's place in the stream. Destroying it leaves the stream. Used by one thread.
  class Reader {
   public:
    Reader(std::shared_ptr<ResponseStream> stream, std::function<void()> wake)
        : stream_(std::move(stream)), wake_(std::move(wake)) {}
    ~Reader() { stream_->Leave(*this); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    Event Next() { return stream_->Next(*this); }
    bool has_started() const { return stream_->has_started(); }

   private:
    friend class ResponseStream;
    std::shared_ptr<ResponseStream> stream_;
    std::function<void()> wake_;
    bool has_head_ = false;
    size_t next_piece_ = 0;  // number of pieces read, counted from the beginning of the stream
    size_t bytes_read_ = 0;
  };

  // A whole answer, to be given again.
  struct Recording {
    ResponseHead head;
    std::vector<Piece> pieces;
    std::vector<Header> trailers;
    size_t num_bytes() const;  // in memory
  };

  ResponseStream() = default;
  // An answer that is complete already.
  explicit ResponseStream(const Recording& recording);
  explicit ResponseStream(const Limits& limits) : limits_(limits) {}

  // Readers. `wake` is called from the producer's thread whenever something new is there; it must
  // be quick and must not call back. Null where the stream has already dropped its beginning or was
  // abandoned.
  std::unique_ptr<Reader> Join(std::function<void()> wake) LITETTS_EXCLUDES(mutex_);

  // False once Join() would give null.
  bool CanJoin() const LITETTS_EXCLUDES(mutex_);

  // Called once, when the last reader leaves before the end. Set before the first Join().
  void set_on_abandoned(std::function<void()> function) { on_abandoned_ = std::move(function); }

  // Producer.
  void MarkStarted() { has_started_.store(true, std::memory_order_relaxed); }
  bool has_started() const { return has_started_.load(std::memory_order_relaxed); }
  Status SendHead(ResponseHead head) LITETTS_EXCLUDES(mutex_);
  // False while every reader is behind: the producer should wait.
  bool HasRoom() const LITETTS_EXCLUDES(mutex_);
  // Blocks until there is room or nobody left, or until that time: then false.
  bool AwaitRoom(std::chrono::steady_clock::time_point until) LITETTS_EXCLUDES(mutex_);
  // Takes the bytes whether there is room or not; kCancelled when no reader is left.
  Status Write(std::string bytes) LITETTS_EXCLUDES(mutex_);
  void Finish(std::vector<Header> trailers = {}) LITETTS_EXCLUDES(mutex_);
  // Ends the stream with a whole answer; if the head has gone out already, aborts instead.
  void Answer(HttpResponse response) LITETTS_EXCLUDES(mutex_);

  // True once nobody wants the answer.
  const std::atomic<bool>& cancelled() const { return cancelled_; }
  size_t num_bytes() const LITETTS_EXCLUDES(mutex_);
  // After Finish(); none where the beginning is not kept any more.
  std::optional<Recording> recording() const LITETTS_EXCLUDES(mutex_);

 private:
  Event Next(Reader& reader) LITETTS_EXCLUDES(mutex_);
  void Leave(Reader& reader) LITETTS_EXCLUDES(mutex_);
  void WakeReaders() LITETTS_REQUIRES(mutex_);
  bool HasRoomLocked() const LITETTS_REQUIRES(mutex_);
  void DropReadPieces() LITETTS_REQUIRES(mutex_);

  const Limits limits_{};
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> has_started_{false};
  std::function<void()> on_abandoned_;

  mutable Mutex mutex_;
  CondVar room_;
  std::vector<Reader*> readers_ LITETTS_GUARDED_BY(mutex_);
  std::optional<ResponseHead> head_ LITETTS_GUARDED_BY(mutex_);
  std::optional<HttpResponse> answer_ LITETTS_GUARDED_BY(mutex_);
  std::vector<Header> trailers_ LITETTS_GUARDED_BY(mutex_);
  std::deque<Piece> pieces_ LITETTS_GUARDED_BY(mutex_);
  size_t num_dropped_ LITETTS_GUARDED_BY(mutex_) = 0;  // pieces gone from the front
  size_t dropped_bytes_ LITETTS_GUARDED_BY(mutex_) = 0;
  size_t num_bytes_ LITETTS_GUARDED_BY(mutex_) = 0;
  bool is_done_ LITETTS_GUARDED_BY(mutex_) = false;
  bool is_aborted_ LITETTS_GUARDED_BY(mutex_) = false;
};

}  // namespace litetts::server
