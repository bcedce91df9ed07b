#include "engine/timing_feed.h"

#include <span>
#include <utility>

namespace litetts::engine {
namespace {

// Appends what `all` has beyond the first `count`, and counts it.
template <typename T>
void AddNew(const std::vector<T>& all, size_t& count, std::vector<T>& out) {
  out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end());
  count = all.size();
}

template <typename T>
void Append(std::vector<T>& to, std::vector<T> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void Append(Alignment& to, Alignment more) {
  Append(to.characters, std::move(more.characters));
  Append(to.start_seconds, std::move(more.start_seconds));
  Append(to.end_seconds, std::move(more.end_seconds));
}

}  // namespace

TimingFeed::TimingFeed(const TimingKinds& kinds, std::string_view text)
    : kinds_(kinds), aligner_(text) {}

void TimingFeed::Add(const Timings& timings) {
  audio_seconds_ = timings.audio_seconds;
  if (kinds_.words) AddNew(timings.words, num_words_, next_.words);
  if (kinds_.marks) AddNew(timings.bookmarks, num_marks_, next_.marks);
  if (kinds_.characters) Append(next_.alignment, aligner_.Next(timings, false));
  if (kinds_.phonemes || kinds_.visemes) {
    std::vector<PhonemeTiming> fresh;
    AddNew(timings.phonemes, num_phonemes_, fresh);
    if (kinds_.visemes) Append(next_.visemes, VisemesOf(fresh));
    if (kinds_.phonemes) Append(next_.phonemes, std::move(fresh));
  }
}

TimingPiece TimingFeed::Take() { return std::exchange(next_, {}); }

TimingPiece TimingFeed::TakeEnd() {
  if (kinds_.characters) {
    Timings end;  // its words are aligned already
    end.audio_seconds = audio_seconds_;
    Append(next_.alignment, aligner_.Next(end, true));
  }
  return Take();
}

}  // namespace litetts::engine
