#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"

namespace litetts::server {

// Speaks common phrases into the caches while nobody asks for anything, on a thread of its own.
// The first request ends what is being spoken within milliseconds, and the rest waits until the
// server is idle again. Thread-safe.
class Preloader {
 public:
  struct Options {
    double max_seconds = 0;   // of synthesis, in all; 0: does nothing
    double idle_seconds = 1;  // without traffic before it goes on
  };
  struct Hooks {
    std::function<bool()> is_idle;
    std::function<bool()> has_room;  // in the caches
    // Speaks a phrase; gives up where `cancel` becomes true.
    std::function<Status(const std::string& phrase, const std::atomic<bool>& cancel)> speak;
  };
  struct Stats {
    size_t num_spoken = 0;
    size_t num_interrupted = 0;
    double seconds = 0;
    bool is_done = false;
  };

  Preloader() = default;
  ~Preloader() { Stop(); }
  Preloader(const Preloader&) = delete;
  Preloader& operator=(const Preloader&) = delete;

  // Called once at most.
  void Start(const Options& options, Hooks hooks, std::vector<std::string> phrases);
  void Stop() LITETTS_EXCLUDES(mutex_);
  // A request has come.
  void Yield() LITETTS_EXCLUDES(mutex_);
  Stats stats() const LITETTS_EXCLUDES(mutex_);

  // Greetings and short answers first, then sentences of usual lengths.
  static std::vector<std::string> CommonPhrases();

 private:
  void Run(const Options& options, const Hooks& hooks, const std::vector<std::string>& phrases)
      LITETTS_EXCLUDES(mutex_);
  // False: it is to end.
  bool AwaitIdle(const Options& options, const Hooks& hooks) LITETTS_EXCLUDES(mutex_);

  mutable Mutex mutex_;
  CondVar changed_;
  bool is_stopping_ LITETTS_GUARDED_BY(mutex_) = false;
  double last_request_ LITETTS_GUARDED_BY(mutex_) = -1e9;  // NowSeconds()
  Stats stats_ LITETTS_GUARDED_BY(mutex_);
  std::atomic<bool> cancel_ = false;
  std::thread thread_;
};

}  // namespace litetts::server
