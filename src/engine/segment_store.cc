#include "engine/segment_store.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <deque>
#include <filesystem>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/sqlite.h"
#include "model/sha256.h"

namespace litetts::engine {
namespace {

constexpr int64_t kFormatVersion = 1;
constexpr size_t kDigestBytes = 16;
constexpr uint64_t kMaxLogBytes = 1 << 20;    // of the write-ahead log, beside one transaction
constexpr size_t kMaxQueuedBytes = 32 << 20;  // waiting to be written
constexpr auto kTidyInterval = std::chrono::seconds(5);

constexpr const char* kSetUp = R"sql(
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 128;
  PRAGMA journal_size_limit = 1048576;
  CREATE TABLE IF NOT EXISTS segments(
    key BLOB NOT NULL UNIQUE, voice TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL,
    digest BLOB NOT NULL, num_durations INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS segments_used ON segments(used);
)sql";

int64_t UnixMilliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The durations, then the samples, as they lie in memory of a little-endian machine.
std::string Pack(const Segment& segment) {
  std::string data(segment.durations.size() * 4 + segment.samples.size() * 4, '\0');
  std::memcpy(data.data(), segment.durations.data(), segment.durations.size() * 4);
  std::memcpy(data.data() + segment.durations.size() * 4, segment.samples.data(),
              segment.samples.size() * 4);
  return data;
}

std::string Digest(std::string_view key, int64_t num_durations, std::string_view data) {
  std::string text = Concat(key, '\n', num_durations, '\n');
  text += model::Sha256(std::as_bytes(std::span(data)));
  return model::Sha256(std::as_bytes(std::span(text))).substr(0, kDigestBytes);
}

std::optional<Segment> Unpack(std::string_view data, int64_t num_durations) {
  if (num_durations < 0 || data.size() % 4 != 0) return std::nullopt;
  const size_t durations_size = static_cast<size_t>(num_durations) * 4;
  if (durations_size > data.size()) return std::nullopt;
  Segment segment;
  segment.durations.resize(static_cast<size_t>(num_durations));
  segment.samples.resize((data.size() - durations_size) / 4);
  std::memcpy(segment.durations.data(), data.data(), durations_size);
  std::memcpy(segment.samples.data(), data.data() + durations_size, data.size() - durations_size);
  return segment;
}

}  // namespace

class SegmentStore::Impl {
 public:
  Impl(const Options& options, LogSink& log)
      : options_(options), log_(log), max_age_seconds_(options.max_age_seconds) {}
  ~Impl() {
    {
      MutexLock lock(queue_mutex_);
      is_stopping_ = true;
    }
    queue_changed_.NotifyAll();
    if (thread_.joinable()) thread_.join();
  }

  void SetMaxAge(double seconds) { max_age_seconds_ = seconds; }

  Status Start() {
    if (options_.is_read_only) {
      MutexLock lock(mutex_);
      return OpenFile();
    }
    if (options_.max_bytes < kMinBytes) {
      return InvalidArgument("a cache on disk needs at least ", kMinBytes >> 20, " MiB");
    }
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(options_.path).parent_path(), error);
    if (error) {
      return PermissionDenied("cannot make the folder of '", options_.path, "': ", error.message());
    }
    {
      MutexLock lock(mutex_);
      LITETTS_RETURN_IF_ERROR(OpenOrReplace());
    }
    Tidy();
    thread_ = std::thread([this] { WriterLoop(); });
    return OkStatus();
  }

  std::optional<Segment> Find(const std::string& key) {
    std::optional<Segment> found;
    bool is_damaged = false;
    {
      MutexLock lock(reader_mutex_);
      if (reader_.is_open()) {
        const Status status = Read(key, found, is_damaged);
        if (status.code() == StatusCode::kDataLoss) is_file_damaged_ = true;
      }
    }
    if (found) {
      ++num_hits_;
      MutexLock lock(queue_mutex_);
      used_.insert(key);
    } else {
      ++num_misses_;
    }
    if (is_damaged) {
      MutexLock lock(mutex_);
      Forget(key);
    }
    return found;
  }

  void Put(const std::string& key, std::shared_ptr<const Segment> segment) {
    const size_t size = segment->num_bytes();
    MutexLock lock(queue_mutex_);
    if (size > max_segment_bytes() || queued_bytes_ + size > kMaxQueuedBytes) {
      ++num_dropped_;
      return;
    }
    queued_bytes_ += size;
    queue_.emplace_back(key, std::move(segment));
    queue_changed_.NotifyAll();
  }

  void Flush() {
    MutexLock lock(queue_mutex_);
    while (!queue_.empty() || is_writing_) queue_changed_.Wait(queue_mutex_);
  }

  Result<size_t> Clear(std::string_view voice) {
    Flush();
    MutexLock lock(mutex_);
    LITETTS_ASSIGN_OR_RETURN(
        Sqlite::Query query,
        writer_.Prepare(voice.empty() ? "DELETE FROM segments"
                                      : "DELETE FROM segments WHERE voice = ?"));
    if (!voice.empty()) query.BindText(voice);
    LITETTS_RETURN_IF_ERROR(query.Step().status());
    const auto count = static_cast<size_t>(writer_.num_changed());
    ReturnSpace();
    Measure();
    return count;
  }

  Result<Check> Verify() {
    Check check;
    std::vector<std::string> damaged;
    MutexLock lock(mutex_);
    {
      LITETTS_ASSIGN_OR_RETURN(
          Sqlite::Query query,
          writer_.Prepare("SELECT key, digest, num_durations, data FROM segments"));
      for (;;) {
        LITETTS_ASSIGN_OR_RETURN(const bool has_row, query.Step());
        if (!has_row) break;
        const std::string key(query.Blob(0));
        if (Digest(key, query.Number(2), query.Blob(3)) == query.Blob(1)) {
          ++check.num_good;
        } else {
          damaged.push_back(key);
        }
      }
    }
    check.num_damaged = damaged.size();
    if (options_.is_read_only) return check;
    for (const std::string& key : damaged) Forget(key);
    Measure();
    return check;
  }

  Stats stats() const {
    Stats stats;
    stats.cache = {.num_hits = num_hits_,
                   .num_misses = num_misses_,
                   .num_evictions = num_evictions_,
                   .num_entries = num_entries_,
                   .num_bytes = num_bytes_,
                   .max_bytes = options_.max_bytes};
    stats.num_damaged = num_damaged_;
    stats.num_dropped = num_dropped_;
    return stats;
  }

  // Counts entries and the bytes of all files.
  void Measure() LITETTS_REQUIRES(mutex_) {
    if (const auto count = writer_.Number("SELECT count(*) FROM segments"); count.ok()) {
      num_entries_ = static_cast<size_t>(*count);
    }
    size_t bytes = 0;
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::error_code error;
      const auto size = std::filesystem::file_size(options_.path + suffix, error);
      if (!error) bytes += static_cast<size_t>(size);
    }
    num_bytes_ = bytes;
  }
  void MeasureNow() {
    MutexLock lock(mutex_);
    Measure();
  }

 private:
  using Work = std::pair<std::string, std::shared_ptr<const Segment>>;

  // A segment of that size and the log beside it stay within the limit.
  uint64_t max_segment_bytes() const { return options_.max_bytes / 16; }
  uint64_t max_page_bytes() const {
    return options_.max_bytes - max_segment_bytes() - 2 * kMaxLogBytes;
  }

  Status OpenFile() LITETTS_REQUIRES(mutex_) {
    const int flags =
        options_.is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    LITETTS_RETURN_IF_ERROR(writer_.Open(options_.path, flags));
    if (!options_.is_read_only) {
      LITETTS_ASSIGN_OR_RETURN(const int64_t version, writer_.Number("PRAGMA user_version"));
      LITETTS_ASSIGN_OR_RETURN(const int64_t tables,
                               writer_.Number("SELECT count(*) FROM sqlite_schema"));
      if (version != kFormatVersion && tables > 0) return DataLoss("it has another format");
      LITETTS_RETURN_IF_ERROR(writer_.Run(kSetUp));
      LITETTS_RETURN_IF_ERROR(writer_.Run("PRAGMA user_version = 1"));
    }
    LITETTS_RETURN_IF_ERROR(writer_.Number("SELECT count(*) FROM segments").status());
    MutexLock lock(reader_mutex_);
    return reader_.Open(options_.path, SQLITE_OPEN_READONLY);
  }

  // Replaces a file that cannot be read.
  Status OpenOrReplace() LITETTS_REQUIRES(mutex_) {
    const Status status = OpenFile();
    if (status.code() != StatusCode::kDataLoss) return status;
    log_.Write(LogLevel::kWarning, Concat("the cache '", options_.path, "' is damaged (",
                                          status.message(), ") and begins anew"));
    ++num_damaged_;
    {
      MutexLock lock(reader_mutex_);
      reader_.Close();
    }
    writer_.Close();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::error_code ignored;
      std::filesystem::remove(options_.path + suffix, ignored);
    }
    return OpenFile();
  }

  Status Read(const std::string& key, std::optional<Segment>& found, bool& is_damaged)
      LITETTS_REQUIRES(reader_mutex_) {
    LITETTS_ASSIGN_OR_RETURN(
        Sqlite::Query query,
        reader_.Prepare("SELECT created, digest, num_durations, data, voice FROM segments "
                        "WHERE key = ?"));
    query.Bind(key);
    LITETTS_ASSIGN_OR_RETURN(const bool has_row, query.Step());
    if (!has_row || IsOld(query.Number(0))) return OkStatus();
    if (Digest(key, query.Number(2), query.Blob(3)) == query.Blob(1)) {
      found = Unpack(query.Blob(3), query.Number(2));
      if (found) found->voice = query.Blob(4);
    }
    is_damaged = !found.has_value();
    return OkStatus();
  }

  bool IsOld(int64_t created) const {
    const double seconds = max_age_seconds_;
    return seconds > 0 && static_cast<double>(UnixMilliseconds() - created) > 1e3 * seconds;
  }

  void Forget(const std::string& key) LITETTS_REQUIRES(mutex_) {
    ++num_damaged_;
    log_.Write(LogLevel::kWarning,
               Concat("an entry of the cache '", options_.path, "' was damaged and is dropped"));
    Result<Sqlite::Query> query = writer_.Prepare("DELETE FROM segments WHERE key = ?");
    if (query.ok()) (void)query->Bind(key).Step();
  }

  void WriterLoop() {
    auto tidy_time = std::chrono::steady_clock::now() + kTidyInterval;
    for (;;) {
      if (std::chrono::steady_clock::now() >= tidy_time) {
        Tidy();
        tidy_time = std::chrono::steady_clock::now() + kTidyInterval;
      }
      std::optional<Work> work;
      {
        MutexLock lock(queue_mutex_);
        while (queue_.empty() && !is_stopping_) {
          if (!queue_changed_.WaitUntil(queue_mutex_, tidy_time)) break;
        }
        if (queue_.empty() && is_stopping_) break;
        if (!queue_.empty()) {
          work = std::move(queue_.front());
          queue_.pop_front();
          is_writing_ = true;
        }
      }
      if (!work) continue;
      WriteOne(*work);
      MutexLock lock(queue_mutex_);
      queued_bytes_ -= work->second->num_bytes();
      is_writing_ = false;
      queue_changed_.NotifyAll();
    }
    Tidy();
  }

  void WriteOne(const Work& work) {
    MutexLock lock(mutex_);
    if (is_file_damaged_.exchange(false)) {
      if (!OpenOrReplace().ok()) return;
    }
    Status status = writer_.Run("BEGIN IMMEDIATE");
    if (status.ok()) {
      status = Write(work);
      const Status end = writer_.Run(status.ok() ? "COMMIT" : "ROLLBACK");
      if (status.ok()) status = end;
    }
    if (!status.ok()) {
      if (num_dropped_++ == 0) {
        log_.Write(LogLevel::kWarning,
                   Concat("the cache '", options_.path, "' cannot be written: ", status.message()));
      }
      if (status.code() == StatusCode::kDataLoss) (void)OpenOrReplace();
      return;
    }
    LimitLog();
    Measure();
  }

  Status Write(const Work& work) LITETTS_REQUIRES(mutex_) {
    const auto& [key, segment] = work;
    const std::string data = Pack(*segment);
    constexpr uint64_t kOwnBytes = 16384;  // of indices and half-filled pages, at most
    LITETTS_RETURN_IF_ERROR(MakeRoom(data.size() + kOwnBytes));
    LITETTS_ASSIGN_OR_RETURN(
        Sqlite::Query query,
        writer_.Prepare("INSERT OR REPLACE INTO segments VALUES(?, ?, ?, ?, ?, ?, ?)"));
    const auto num_durations = static_cast<int64_t>(segment->durations.size());
    const std::string digest = Digest(key, num_durations, data);
    const int64_t now = UnixMilliseconds();
    query.Bind(key).BindText(segment->voice).Bind(now).Bind(now).Bind(digest).Bind(num_durations);
    return query.Bind(data).Step().status();
  }

  // Bytes of pages that hold something.
  Result<uint64_t> UsedBytes() LITETTS_REQUIRES(mutex_) {
    LITETTS_ASSIGN_OR_RETURN(const int64_t pages, writer_.Number("PRAGMA page_count"));
    LITETTS_ASSIGN_OR_RETURN(const int64_t free_pages, writer_.Number("PRAGMA freelist_count"));
    LITETTS_ASSIGN_OR_RETURN(const int64_t page_bytes, writer_.Number("PRAGMA page_size"));
    return static_cast<uint64_t>((pages - free_pages) * page_bytes);
  }

  Status MakeRoom(uint64_t num_bytes) LITETTS_REQUIRES(mutex_) {
    for (;;) {
      LITETTS_ASSIGN_OR_RETURN(const uint64_t used, UsedBytes());
      if (used + num_bytes <= max_page_bytes()) return OkStatus();
      NoteUsed();
      LITETTS_RETURN_IF_ERROR(
          writer_.Run("DELETE FROM segments WHERE rowid IN "
                      "(SELECT rowid FROM segments ORDER BY used LIMIT 1)"));
      if (writer_.num_changed() == 0) return OkStatus();
      ++num_evictions_;
    }
  }

  void LimitLog() LITETTS_REQUIRES(mutex_) {
    std::error_code error;
    const auto size = std::filesystem::file_size(options_.path + "-wal", error);
    if (!error && size > kMaxLogBytes) (void)writer_.Run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  void ReturnSpace() LITETTS_REQUIRES(mutex_) {
    (void)writer_.Run("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
  }

  // In the file, what Find() found since the last time.
  void NoteUsed() LITETTS_REQUIRES(mutex_) {
    std::unordered_set<std::string> used;
    {
      MutexLock lock(queue_mutex_);
      used.swap(used_);
    }
    for (const std::string& key : used) {
      Result<Sqlite::Query> query = writer_.Prepare("UPDATE segments SET used = ? WHERE key = ?");
      if (query.ok()) (void)query->Bind(UnixMilliseconds()).Bind(key).Step();
    }
  }

  // Notes what was used, forgets what is old, and keeps to a limit that is new.
  void Tidy() {
    MutexLock lock(mutex_);
    if (is_file_damaged_.exchange(false)) (void)OpenOrReplace();
    if (!writer_.Run("BEGIN IMMEDIATE").ok()) return;
    NoteUsed();
    if (const double seconds = max_age_seconds_; seconds > 0) {
      Result<Sqlite::Query> query = writer_.Prepare("DELETE FROM segments WHERE created < ?");
      const auto age = static_cast<int64_t>(1e3 * seconds);
      if (query.ok() && query->Bind(UnixMilliseconds() - age).Step().ok()) {
        num_evictions_ += static_cast<uint64_t>(writer_.num_changed());
      }
    }
    (void)MakeRoom(0);
    (void)writer_.Run("COMMIT");
    const Result<int64_t> pages = writer_.Number("PRAGMA page_count");
    const Result<int64_t> page_bytes = writer_.Number("PRAGMA page_size");
    if (pages.ok() && page_bytes.ok() &&
        static_cast<uint64_t>(*pages * *page_bytes) > max_page_bytes()) {
      ReturnSpace();
    }
    Measure();
  }

  const Options options_;
  LogSink& log_;
  std::atomic<double> max_age_seconds_;
  Mutex mutex_;  // taken before reader_mutex_
  Sqlite writer_ LITETTS_GUARDED_BY(mutex_);
  Mutex reader_mutex_;
  Sqlite reader_ LITETTS_GUARDED_BY(reader_mutex_);
  std::atomic<bool> is_file_damaged_ = false;

  Mutex queue_mutex_;
  CondVar queue_changed_;
  std::deque<Work> queue_ LITETTS_GUARDED_BY(queue_mutex_);
  size_t queued_bytes_ LITETTS_GUARDED_BY(queue_mutex_) = 0;
  std::unordered_set<std::string> used_ LITETTS_GUARDED_BY(queue_mutex_);
  bool is_writing_ LITETTS_GUARDED_BY(queue_mutex_) = false;
  bool is_stopping_ LITETTS_GUARDED_BY(queue_mutex_) = false;

  std::atomic<uint64_t> num_hits_ = 0;
  std::atomic<uint64_t> num_misses_ = 0;
  std::atomic<uint64_t> num_evictions_ = 0;
  std::atomic<uint64_t> num_damaged_ = 0;
  std::atomic<uint64_t> num_dropped_ = 0;
  std::atomic<size_t> num_entries_ = 0;
  std::atomic<size_t> num_bytes_ = 0;
  std::thread thread_;
};

SegmentStore::SegmentStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SegmentStore::~SegmentStore() = default;

Result<std::unique_ptr<SegmentStore>> SegmentStore::Open(const Options& options, LogSink& log) {
  auto impl = std::make_unique<Impl>(options, log);
  if (const Status status = impl->Start(); !status.ok()) {
    return Status(status.code(), Concat("the cache '", options.path, "': ", status.message()));
  }
  impl->MeasureNow();
  return std::unique_ptr<SegmentStore>(new SegmentStore(std::move(impl)));
}

std::optional<Segment> SegmentStore::Find(const std::string& key) { return impl_->Find(key); }
void SegmentStore::Put(const std::string& key, std::shared_ptr<const Segment> segment) {
  impl_->Put(key, std::move(segment));
}
void SegmentStore::Flush() { impl_->Flush(); }
void SegmentStore::SetMaxAge(double seconds) { impl_->SetMaxAge(seconds); }
Result<size_t> SegmentStore::Clear(std::string_view voice) { return impl_->Clear(voice); }
Result<SegmentStore::Check> SegmentStore::Verify() { return impl_->Verify(); }
SegmentStore::Stats SegmentStore::stats() const { return impl_->stats(); }

}  // namespace litetts::engine
