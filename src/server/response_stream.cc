#include "server/response_stream.h"

#include <algorithm>
#include <utility>

namespace litetts::server {

size_t ResponseStream::Recording::num_bytes() const {
  constexpr size_t kPieceBytes = 96;  // string, counts, pointer
  size_t size = sizeof(Recording) + head.content_type.size();
  for (const auto& headers : {head.headers, trailers}) {
    for (const Header& header : headers)
      size += sizeof(Header) + header.name.size() + header.value.size();
  }
  for (const Piece& piece : pieces) size += kPieceBytes + piece->capacity();
  return size;
}

ResponseStream::ResponseStream(const Recording& recording)
    : has_started_(true),
      head_(recording.head),
      trailers_(recording.trailers),
      pieces_(recording.pieces.begin(), recording.pieces.end()),
      is_done_(true) {
  for (const Piece& piece : pieces_) num_bytes_ += piece->size();
}

std::optional<ResponseStream::Recording> ResponseStream::recording() const {
  MutexLock lock(mutex_);
  if (!is_done_ || !head_ || num_dropped_ > 0) return std::nullopt;
  return Recording{*head_, {pieces_.begin(), pieces_.end()}, trailers_};
}

std::unique_ptr<ResponseStream::Reader> ResponseStream::Join(std::function<void()> wake) {
  auto reader = std::make_unique<Reader>(shared_from_this(), std::move(wake));
  MutexLock lock(mutex_);
  if (num_dropped_ > 0 || cancelled_) return nullptr;  // ~Reader finds itself not listed
  readers_.push_back(reader.get());
  return reader;
}

bool ResponseStream::CanJoin() const {
  MutexLock lock(mutex_);
  return num_dropped_ == 0 && !cancelled_;
}

void ResponseStream::Leave(Reader& reader) {
  bool is_abandoned = false;
  {
    MutexLock lock(mutex_);
    if (std::erase(readers_, &reader) == 0) return;
    const bool has_ended = is_done_ || is_aborted_ || answer_.has_value();
    if (readers_.empty() && !has_ended) {
      cancelled_ = true;
      is_abandoned = true;
    }
    room_.NotifyAll();
  }
  if (is_abandoned && on_abandoned_) on_abandoned_();
}

void ResponseStream::WakeReaders() {
  for (Reader* reader : readers_) reader->wake_();
}

bool ResponseStream::HasRoomLocked() const {
  if (readers_.empty() || cancelled_) return true;
  size_t fastest = 0;
  size_t slowest = num_bytes_;
  for (const Reader* reader : readers_) {
    fastest = std::max(fastest, reader->bytes_read_);
    slowest = std::min(slowest, reader->bytes_read_);
  }
  return num_bytes_ - fastest < limits_.ahead_bytes &&
         num_bytes_ - slowest < limits_.retained_bytes;
}

void ResponseStream::DropReadPieces() {
  size_t slowest = num_dropped_ + pieces_.size();
  for (const Reader* reader : readers_) slowest = std::min(slowest, reader->next_piece_);
  while (num_dropped_ < slowest && num_bytes_ - dropped_bytes_ > limits_.retained_bytes) {
    dropped_bytes_ += pieces_.front()->size();
    pieces_.pop_front();
    ++num_dropped_;
  }
}

Status ResponseStream::SendHead(ResponseHead head) {
  MutexLock lock(mutex_);
  if (cancelled_) return Cancelled("the client has gone");
  head_ = std::move(head);
  WakeReaders();
  return OkStatus();
}

bool ResponseStream::HasRoom() const {
  MutexLock lock(mutex_);
  return HasRoomLocked();
}

bool ResponseStream::AwaitRoom(std::chrono::steady_clock::time_point until) {
  MutexLock lock(mutex_);
  while (!HasRoomLocked()) {
    if (!room_.WaitUntil(mutex_, until)) return HasRoomLocked();
  }
  return true;
}

Status ResponseStream::Write(std::string bytes) {
  if (bytes.empty()) return OkStatus();
  MutexLock lock(mutex_);
  if (cancelled_) return Cancelled("the client has gone");
  num_bytes_ += bytes.size();
  pieces_.push_back(std::make_shared<const std::string>(std::move(bytes)));
  DropReadPieces();
  WakeReaders();
  return OkStatus();
}

void ResponseStream::Finish(std::vector<Header> trailers) {
  MutexLock lock(mutex_);
  trailers_ = std::move(trailers);
  is_done_ = true;
  WakeReaders();
}

void ResponseStream::Answer(HttpResponse response) {
  MutexLock lock(mutex_);
  if (head_) {
    is_aborted_ = true;
  } else {
    answer_ = std::move(response);
  }
  WakeReaders();
}

size_t ResponseStream::num_bytes() const {
  MutexLock lock(mutex_);
  return num_bytes_;
}

ResponseStream::Event ResponseStream::Next(Reader& reader) {
  MutexLock lock(mutex_);
  if (answer_) return *answer_;
  if (!head_) return Nothing{};
  if (!std::exchange(reader.has_head_, true)) return *head_;
  if (reader.next_piece_ < num_dropped_ + pieces_.size()) {
    Piece piece = pieces_[reader.next_piece_ - num_dropped_];
    ++reader.next_piece_;
    reader.bytes_read_ += piece->size();
    room_.NotifyAll();
    return piece;
  }
  if (is_aborted_) return Aborted{};
  if (is_done_) return Done{trailers_};
  return Nothing{};
}

}  // namespace litetts::server
