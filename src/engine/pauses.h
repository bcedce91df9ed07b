#pragma once

#include "text/frontend.h"

namespace litetts::engine {

// Silence from the last sound of a chunk to the first of the next, at speed 1. A sentence's is what
// the network itself leaves between two sentences of one chunk (median of 25 joints of five voices:
// 0.29 s).
struct PauseTable {
  double word_seconds = 0.05;
  double clause_seconds = 0.2;
  double sentence_seconds = 0.3;
  double paragraph_seconds = 0.65;
};

// How long to pause after `chunk`: what its mark-up asks, exactly, else by the table, shorter at a
// higher speed.
inline double PauseAfter(const text::Chunk& chunk, double speed, const PauseTable& table = {}) {
  if (chunk.pause_after_seconds > 0.0) return chunk.pause_after_seconds;
  if (!chunk.clips_after.empty()) return table.clause_seconds / speed;
  switch (chunk.joint_after) {
    case text::Joint::kWord:
      return table.word_seconds / speed;
    case text::Joint::kClause:
      return table.clause_seconds / speed;
    case text::Joint::kSentence:
      return table.sentence_seconds / speed;
    case text::Joint::kParagraph:
      return table.paragraph_seconds / speed;
  }
  return 0.0;
}

}  // namespace litetts::engine
