#include "engine/word_edges.h"

#include <algorithm>
#include <cmath>

#include "engine/timings.h"

namespace litetts::engine {
namespace {

// 40 dB below the loudest 5 ms: below the weakest fricative, above the end of a breath.
constexpr float kSilenceRatio = 0.01f;
// Silence within a word, before a stop is released, is shorter than this; between two words
// without a mark only a longer one is a pause.
constexpr double kShortestPauseSeconds = 0.11;
// At a comma or full stop even a short one.
constexpr double kShortestMarkedPauseSeconds = 0.05;
// How far the model's edge may be from a silence that belongs to it: as long as its durations give
// to silence.
constexpr double kReachSeconds = 0.45;
constexpr double kShortestWordSeconds = 0.01;

struct Silence {
  double begin = 0.0;
  double end = 0.0;
  double seconds() const { return end - begin; }
};

// Silences inside the audio; `sound` is from the first to the last sound.
std::vector<Silence> FindSilences(const LevelCurve& curve, Silence& sound) {
  std::vector<Silence> silences;
  const float loudest =
      curve.levels.empty() ? 0.0f : *std::max_element(curve.levels.begin(), curve.levels.end());
  const auto time = [&](size_t i) {
    return curve.start_seconds + static_cast<double>(i) * curve.step_seconds;
  };
  bool has_sound = false;
  size_t quiet_from = 0;
  for (size_t i = 0; i < curve.levels.size(); ++i) {
    if (curve.levels[i] <= kSilenceRatio * loudest) continue;
    if (!has_sound) {
      sound.begin = time(i);
    } else if (time(i) - time(quiet_from) >= kShortestMarkedPauseSeconds) {
      silences.push_back({time(quiet_from), time(i)});
    }
    has_sound = true;
    quiet_from = i + 1;
    sound.end = time(i + 1);
  }
  return silences;
}

bool HasMarkBetween(const WordTiming& before, const WordTiming& after) {
  return before.ends_sentence || !before.display.ends_with(before.text) ||
         !after.display.starts_with(after.text);
}

}  // namespace

void MoveEdgesToSilence(std::span<WordTiming> words, const LevelCurve& levels) {
  Silence sound;
  const std::vector<Silence> silences = FindSilences(levels, sound);
  if (words.empty() || sound.end <= sound.begin) return;
  size_t next = 0;  // silences before this one lie before the words that are left
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    WordTiming& before = words[i];
    WordTiming& after = words[i + 1];
    const double shortest =
        HasMarkBetween(before, after) ? kShortestMarkedPauseSeconds : kShortestPauseSeconds;
    const double edge = (before.end_seconds + after.start_seconds) / 2;
    const Silence* best = nullptr;
    for (size_t k = next; k < silences.size() && silences[k].begin < after.end_seconds; ++k) {
      const Silence& silence = silences[k];
      const bool is_near = silence.begin > before.start_seconds + kShortestWordSeconds &&
                           silence.end < after.end_seconds && silence.begin < edge + 0.1 &&
                           silence.end > edge - kReachSeconds;
      if (!is_near || silence.seconds() < shortest) continue;
      if (best == nullptr || silence.seconds() > best->seconds()) best = &silence;
    }
    if (best == nullptr) continue;
    before.end_seconds = best->begin;
    after.start_seconds = best->end;
    next = static_cast<size_t>(best - silences.data()) + 1;
  }
  WordTiming& first = words.front();
  WordTiming& last = words.back();
  first.start_seconds = std::max(levels.start_seconds,
                                 std::min(sound.begin, first.end_seconds - kShortestWordSeconds));
  last.end_seconds = std::max(sound.end, last.start_seconds + kShortestWordSeconds);
}

}  // namespace litetts::engine
