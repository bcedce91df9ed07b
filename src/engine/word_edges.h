#pragma once

#include <span>
#include <vector>

namespace litetts::engine {

struct WordTiming;

// How loud a stretch of audio is, step by step: root mean squares.
struct LevelCurve {
  double start_seconds = 0.0;
  double step_seconds = 0.005;
  std::vector<float> levels;
};

// Moves the edges of words to where sound really stops and starts again. The model's durations give
// the silence after a word to the word's last sounds, and let a word begin up to 80 ms after its
// first sound. `words` are those of one chunk, `levels` its audio; words that nothing silent lies
// between keep their edge.
void MoveEdgesToSilence(std::span<WordTiming> words, const LevelCurve& levels);

}  // namespace litetts::engine
