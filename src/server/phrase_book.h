#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "base/status.h"
#include "server/history.h"

namespace litetts::server {

// What the caches tell pieces of speech apart by, apart from noise.
struct Phrase {
  std::string phonemes;
  std::string voice;
  double speed = 1;

  auto operator<=>(const Phrase&) const = default;
};

// Which phrases this server is asked for, so that it can speak them into the caches before they are
// asked for again. A count halves in a week, so that what nobody asks for any more makes room.
// Thread-safe.
class PhraseBook {
 public:
  struct Options {
    size_t max_phrases = 0;  // that are worth speaking; 0: nothing is learned
    std::string path;        // of docs/formats/learned-phrases.md; empty: kept in memory only
    double (*now)() = UnixSeconds;
  };
  struct Stats {
    size_t num_phrases = 0;  // asked for more than once
    size_t num_waiting = 0;  // of these, not known to be in the caches
  };
  static constexpr double kHalfLifeSeconds = 7 * 86400;
  static constexpr double kLeastCount = 1.5;      // of what is worth speaking: asked for twice
  static constexpr size_t kMaxPhraseBytes = 600;  // phonemes and voice; longer ones are not learned

  // Reads what was learned before; a file that is damaged is a warning in the log, and of no use.
  PhraseBook(const Options& options, LogSink& log);

  // Somebody asked for it, so it is in the caches now.
  void Count(const Phrase& phrase) LITETTS_EXCLUDES(mutex_);
  // The one asked for most of those that are not known to be in the caches; none: all are.
  std::optional<Phrase> Next() const LITETTS_EXCLUDES(mutex_);
  // It was spoken, or cannot be.
  void MarkSpoken(const Phrase& phrase) LITETTS_EXCLUDES(mutex_);
  // The caches may have lost any of them.
  void ForgetSpoken() LITETTS_EXCLUDES(mutex_);
  // Forgets the phrases of a voice; empty: all. How many went.
  size_t Clear(std::string_view voice) LITETTS_EXCLUDES(mutex_);
  // Writes the file where anything is new since it was written.
  Status Save() LITETTS_EXCLUDES(mutex_);

  Stats stats() const LITETTS_EXCLUDES(mutex_);

 private:
  struct Entry {
    double count = 0;  // at `time`
    double time = 0;   // Unix seconds
    bool is_spoken = false;
  };
  using Entries = std::map<Phrase, Entry>;

  double CountNow(const Entry& entry) const;
  void Load(LogSink& log) LITETTS_EXCLUDES(mutex_);
  void Prune() LITETTS_REQUIRES(mutex_);
  // Those worth speaking, most asked for first, at most max_phrases.
  std::vector<Entries::const_iterator> Best() const LITETTS_REQUIRES(mutex_);

  const Options options_;
  mutable Mutex mutex_;
  Entries entries_ LITETTS_GUARDED_BY(mutex_);
  bool is_new_ LITETTS_GUARDED_BY(mutex_) = false;  // since the file was written
};

}  // namespace litetts::server
