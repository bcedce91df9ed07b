#pragma once

#include <span>
#include <vector>

#include "text/frontend.h"
#include "text/phonemes.h"

namespace litetts::text {

// What the chunker needs to know of a token.
struct Sound {
  Phonemes phonemes;  // may be empty
  bool space_after = false;
  double pause_after_seconds = 0.0;  // mark-up: speech stops here
  bool paragraph_after = false;
  std::vector<ClipPlay> clips_after;  // SSML: speech stops here too
  size_t style = 0;                   // a chunk has one
  bool begins_phrase = false;         // a preposition, conjunction or relative word
};

struct ChunkRange {
  size_t begin = 0;  // tokens
  size_t end = 0;
  Joint joint_after = Joint::kParagraph;
  double pause_after_seconds = 0.0;
};

// Cuts a text into pieces that sound well in one go: whole sentences, short ones joined, long ones
// cut at the best mark; never inside a token unless that alone has more than the 510 symbols that
// the network takes. With `sound_soon` the first pieces of a text that is not short are short
// themselves, and no piece takes longer to make at half of real time than those before it take to
// play. Every token is in exactly one range.
std::vector<ChunkRange> MakeChunks(std::span<const Sound> sounds, bool sound_soon);

}  // namespace litetts::text
