#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/alignment.h"
#include "engine/timings.h"
#include "engine/visemes.h"

namespace litetts::engine {

// What a listener wants to know the times of.
struct TimingKinds {
  bool words = false;
  bool phonemes = false;
  bool visemes = false;
  bool marks = false;
  bool characters = false;
  bool any() const { return words || phonemes || visemes || marks || characters; }
};

// Times that became known; of kinds that nobody asked for: none.
struct TimingPiece {
  std::vector<WordTiming> words;
  std::vector<PhonemeTiming> phonemes;
  std::vector<VisemeTiming> visemes;  // the first may go on where the last piece's ended
  std::vector<BookmarkTiming> marks;
  Alignment alignment;
  bool empty() const {
    return words.empty() && phonemes.empty() && marks.empty() && visemes.empty() &&
           alignment.characters.empty();
  }
};

// Hands on the timings of a synthesis piece by piece. Thread-compatible.
class TimingFeed {
 public:
  // `text`: what is spoken; it must outlive the feed.
  TimingFeed(const TimingKinds& kinds, std::string_view text);

  // All timings so far, as AudioSink::OnTimings() gets them.
  void Add(const Timings& timings);
  // What is new since the last call.
  TimingPiece Take();
  // The same, and what the end makes known. REQUIRES: called last.
  TimingPiece TakeEnd();

 private:
  TimingKinds kinds_;
  Aligner aligner_;
  TimingPiece next_;
  size_t num_words_ = 0;
  size_t num_phonemes_ = 0;
  size_t num_marks_ = 0;
  double audio_seconds_ = 0.0;
};

}  // namespace litetts::engine
