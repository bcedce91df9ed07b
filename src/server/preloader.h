#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "server/phrase_book.h"

namespace litetts::server {

// Speaks into the caches while nobody asks for anything, on a thread of its own: first the phrases
// that this server is known to be asked for, then common ones, and from then on what of the former
// the caches lost. The first request ends what is being spoken within milliseconds, and the rest
// waits until the server is idle again. Thread-safe.
class Preloader {
 public:
  struct Options {
    double max_seconds = 0;  // of synthesis of common phrases, in all; 0: none
    // Of synthesis of learned ones, in an hour; 0: none.
    double max_learned_seconds = 0;
    double idle_seconds = 1;  // without traffic before it goes on
    double poll_seconds = 1;  // between looks for learned ones
  };
  struct Hooks {
    std::function<bool()> is_idle;
    std::function<bool()> has_room;  // in the caches
    // Speaks a common phrase; gives up where `cancel` becomes true.
    std::function<Status(const std::string& phrase, const std::atomic<bool>& cancel)> speak;
    // The learned phrase to be spoken next, which does not come again once it was spoken or failed;
    // none: nothing is to be done now. Asked every `poll_seconds` at least.
    std::function<std::optional<Phrase>()> next_learned = [] { return std::nullopt; };
    std::function<Status(const Phrase& phrase, const std::atomic<bool>& cancel)> speak_learned = {};
  };
  struct Stats {
    size_t num_spoken = 0;   // common ones
    size_t num_learned = 0;  // learned ones
    size_t num_interrupted = 0;
    double seconds = 0;    // of both
    bool is_done = false;  // with the common ones, and with the learned ones for the first time
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
  // Waits until the server is idle and runs `speak` then. None: it is to end.
  std::optional<Status> SpeakWhenIdle(const Options& options, const Hooks& hooks,
                                      const std::function<Status()>& speak, double& seconds)
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
