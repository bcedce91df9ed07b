#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "base/status.h"
#include "text/user_lexicon.h"

namespace litetts::text {

// A user's lexicon in a file, read again whenever the file has changed. Thread-safe.
class LexiconFile {
 public:
  static constexpr size_t kMaxBytes = size_t{16} << 20;

  // An empty path is no file; a file that is not there is an empty lexicon and may appear later.
  explicit LexiconFile(std::string path) : path_(std::move(path)) {}

  struct State {
    std::shared_ptr<const UserLexicon> lexicon;  // the newest that could be read; null: none
    Status problem;                              // why that is not what the file says now
    bool is_new = false;  // this call read the file, so a problem has not been told before
  };
  // Looks at the file's time and size; reads it only where they changed.
  State Current();

 private:
  using Stamp = std::pair<int64_t, int64_t>;  // nanoseconds and bytes; -1: no file
  void ReadAgain() LITETTS_REQUIRES(mutex_);

  const std::string path_;
  Mutex mutex_;
  Stamp stamp_ LITETTS_GUARDED_BY(mutex_) = {-1, -1};
  State state_ LITETTS_GUARDED_BY(mutex_);
};

}  // namespace litetts::text
