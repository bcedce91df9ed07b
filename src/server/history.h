#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "server/response_stream.h"

namespace litetts::server {

// A finished synthesis as the dashboard lists it: everything but its text.
struct SpeechSummary {
  std::string request_id;
  std::string voice;
  std::string format;
  std::string outcome;  // "ok", or the name of the error's code
  size_t num_characters = 0;
  double queue_seconds = 0;
  double first_audio_seconds = 0;
  double audio_seconds = 0;
  double compute_seconds = 0;
};

// What /metrics said over the last day: fine for the last ten minutes, coarser before, so that
// memory is bounded. Kept as it came, counters as counters, so that any two moments can be
// compared. Thread-safe.
class History {
 public:
  History() = default;
  ~History() { Stop(); }
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  // Reads `metrics_text` once a second on a thread of its own until Stop(). Called once.
  void Start(std::function<std::string()> metrics_text);
  void Stop() LITETTS_EXCLUDES(mutex_);

  // One reading, in Prometheus' text form.
  void Add(double unix_seconds, std::string_view metrics_text) LITETTS_EXCLUDES(mutex_);
  // A moment to compare from: "start", "configuration".
  void AddMark(double unix_seconds, std::string what) LITETTS_EXCLUDES(mutex_);
  void AddSpeech(double unix_seconds, SpeechSummary speech) LITETTS_EXCLUDES(mutex_);

  // Rows newer than number `after`, and the names of the columns from `first_column` on; see
  // docs/api.md.
  std::string Json(uint64_t after, size_t first_column) const LITETTS_EXCLUDES(mutex_);

  // Whether columns are left out since there are too many.
  bool is_full() const LITETTS_EXCLUDES(mutex_);

  // The same as server-sent events, one for each reading to come, at most `max_readings`. A reader
  // who is behind gets several readings in one event.
  std::shared_ptr<ResponseStream> Follow(uint64_t after, size_t first_column, size_t max_readings)
      LITETTS_EXCLUDES(mutex_);
  void EndFollowers() LITETTS_EXCLUDES(mutex_);  // those to come too

 private:
  struct Row {
    uint64_t number = 0;  // counts readings from 1
    double unix_seconds = 0;
    std::vector<double> values;  // by column; those that came later are missing at the end
  };
  template <typename T>
  struct Timed {
    double unix_seconds = 0;
    T what;
    uint64_t reading = 0;  // the newest one then
  };

  struct Follower {
    std::shared_ptr<ResponseStream> stream;
    uint64_t after = 0;
    size_t first_column = 0;
    size_t readings_left = 0;
  };

  std::vector<const Row*> RowsAfter(uint64_t after) const LITETTS_REQUIRES(mutex_);
  std::string JsonLocked(uint64_t after, size_t first_column) const LITETTS_REQUIRES(mutex_);
  void TellFollowers() LITETTS_REQUIRES(mutex_);

  mutable Mutex mutex_;
  CondVar stop_;
  bool is_stopping_ LITETTS_GUARDED_BY(mutex_) = false;
  uint64_t num_readings_ LITETTS_GUARDED_BY(mutex_) = 0;
  std::map<std::string, size_t, std::less<>> column_of_ LITETTS_GUARDED_BY(mutex_);
  std::vector<std::string> columns_ LITETTS_GUARDED_BY(mutex_);
  bool is_full_ LITETTS_GUARDED_BY(mutex_) = false;
  std::vector<std::deque<Row>> tiers_ LITETTS_GUARDED_BY(mutex_);
  std::deque<Timed<std::string>> marks_ LITETTS_GUARDED_BY(mutex_);
  std::deque<Timed<SpeechSummary>> recent_ LITETTS_GUARDED_BY(mutex_);
  std::list<Follower> followers_ LITETTS_GUARDED_BY(mutex_);
  bool has_ended_followers_ LITETTS_GUARDED_BY(mutex_) = false;
  std::thread sampler_;
};

// Seconds since 1970.
double UnixSeconds();

}  // namespace litetts::server
