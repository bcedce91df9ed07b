#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "text/frontend.h"

namespace litetts::engine {

struct PhonemeTiming {
  std::string phoneme;  // one symbol of the model, UTF-8
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

// When what is heard. Times are seconds from the first sample; both lists are in order and do not
// overlap.
struct Timings {
  std::vector<PhonemeTiming> phonemes;  // marks and spaces too; from pad to pad without gaps
  std::vector<WordTiming> words;
  double audio_seconds = 0.0;
};

// Makes timings of what a synthesis announces to its sink. The model's durations say how long each
// phoneme lasts, to a frame of 25 ms; a space is shared by the words at its sides.
// Thread-compatible.
class TimingCollector {
 public:
  // `analysis` must outlive the calls of AddChunk().
  void Start(const text::Analysis& analysis);
  // As AudioSink::OnChunk(). REQUIRES: chunks in order, durations of all their tokens and both
  // pads.
  void AddChunk(size_t index, std::span<const int32_t> durations, size_t num_samples);

  const Timings& timings() const { return timings_; }

 private:
  void AddToken(const text::Token& token, double start_seconds, double end_seconds);

  const text::Analysis* analysis_ = nullptr;
  Timings timings_;
  std::string pending_;           // opening marks that wait for their word
  bool joins_last_word_ = false;  // no space since the last word's last token
};

}  // namespace litetts::engine
