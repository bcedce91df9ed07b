#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/timings.h"

namespace litetts::engine {

// When each character of a text is heard, as ElevenLabs' API has it. Three lists of one length.
struct Alignment {
  std::vector<std::string> characters;
  std::vector<double> start_seconds;
  std::vector<double> end_seconds;
};

// Aligns a text while its timings grow. A word's characters share its time evenly; what stands
// between two words has the time between them. Times never fall.
class Aligner {
 public:
  // `text`: what is spoken, UTF-8; it must outlive the Aligner.
  explicit Aligner(std::string_view text) : text_(text) {}

  // The characters up to the last of the words that `timings` has now, without those of former
  // calls. Where `is_end`, up to the end of the text.
  Alignment Next(const Timings& timings, bool is_end);

 private:
  // The characters up to byte `end` share the time up to `end_seconds`.
  void Share(size_t end, double end_seconds, Alignment& out);

  std::string_view text_;
  size_t at_ = 0;
  double seconds_ = 0.0;
  size_t num_words_ = 0;
};

// The whole text at once.
Alignment AlignmentOf(std::string_view text, const Timings& timings);

}  // namespace litetts::engine
