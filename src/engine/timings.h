#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/word_edges.h"
#include "text/frontend.h"

namespace litetts::engine {

struct PhonemeTiming {
  std::string phoneme;  // one symbol of the model, UTF-8; empty: silence
  double start_seconds = 0.0;
  double end_seconds = 0.0;
};

// A written word: "isn't", "$5" (spoken as two words), "12/25/2023".
struct WordTiming {
  std::string text;  // as written, without punctuation; the spoken form where phonemes were given
  std::string display;  // with the punctuation that touches it: "“Well,"
  size_t begin = 0;     // bytes [begin, end) of the original text
  size_t end = 0;
  std::string phonemes;
  double start_seconds = 0.0;
  double end_seconds = 0.0;
  bool ends_sentence = false;
};

struct BookmarkTiming {
  std::string name;
  double seconds = 0.0;
};

// When what is heard. Times are seconds from the first sample; both lists are in order and do not
// overlap.
struct Timings {
  // Marks, spaces and silences too; without gaps, so that the durations add up to the audio.
  std::vector<PhonemeTiming> phonemes;
  std::vector<WordTiming> words;
  std::vector<BookmarkTiming> bookmarks;
  double audio_seconds = 0.0;
};

// Makes timings of what a synthesis tells while it runs. The model's durations say how long each
// phoneme lasts, to a frame of 25 ms; a space is shared by the words at its sides; silences in the
// audio move the edges of words. Thread-compatible.
class TimingCollector {
 public:
  // `analysis` must outlive the calls of AddChunk().
  void Start(const text::Analysis& analysis);
  // `edges`: seconds at which each of the chunk's model tokens, both pads included, begins, and the
  // last one ends. `levels`: of the chunk's audio. REQUIRES: chunks in order, rising edges of all
  // their tokens.
  void AddChunk(size_t index, std::span<const double> edges, double end_seconds,
                const LevelCurve& levels);
  // After the last chunk.
  void Finish(double audio_seconds);

  const Timings& timings() const { return timings_; }

 private:
  void AddPhoneme(std::string_view phoneme, double start_seconds, double end_seconds);
  // Those bookmarks whose place is known: all of them where `is_end`.
  void AddBookmarks(bool is_end);
  void AddToken(const text::Token& token, double start_seconds, double end_seconds);

  const text::Analysis* analysis_ = nullptr;
  Timings timings_;
  size_t bookmark_word_ = 0;      // the first word that is not before the next bookmark
  std::string pending_;           // opening marks that wait for their word
  bool joins_last_word_ = false;  // no space since the last word's last token
};

}  // namespace litetts::engine
