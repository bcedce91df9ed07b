#include "text/lexicon_file.h"

#include <sys/stat.h>

#include <utility>

#include "base/file.h"

namespace litetts::text {

LexiconFile::State LexiconFile::Current() {
  if (path_.empty()) return {};
  Stamp stamp = {-1, -1};
  struct stat info = {};
  if (stat(path_.c_str(), &info) == 0) {
    stamp = {info.st_mtim.tv_sec * int64_t{1'000'000'000} + info.st_mtim.tv_nsec, info.st_size};
  }
  const MutexLock lock(mutex_);
  state_.is_new = stamp != stamp_;
  if (state_.is_new) {
    stamp_ = stamp;
    ReadAgain();
  }
  return state_;
}

void LexiconFile::ReadAgain() {
  state_.problem = OkStatus();
  if (stamp_.second < 0) {
    state_.lexicon.reset();
    return;
  }
  Result<std::string> text = ReadFile(path_, kMaxBytes);
  if (!text.ok()) {
    state_.problem = text.status();
    return;
  }
  Result<UserLexicon> lexicon = UserLexicon::Parse(*text, path_);
  if (!lexicon.ok()) {
    state_.problem = lexicon.status();
    return;
  }
  state_.lexicon = std::make_shared<const UserLexicon>(std::move(*lexicon));
}

}  // namespace litetts::text
