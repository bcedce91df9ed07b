#include "engine/word_edges.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/timings.h"

namespace litetts::engine {
namespace {

WordTiming Word(std::string text, double start, double end, std::string mark = "") {
  WordTiming word;
  word.text = text;
  word.display = text + mark;
  word.start_seconds = start;
  word.end_seconds = end;
  return word;
}

// Sound everywhere but in these stretches, until 2 s.
LevelCurve Curve(const std::vector<std::pair<double, double>>& silences) {
  LevelCurve curve;
  for (double t = 0.0; t < 2.0 - 1e-9; t += curve.step_seconds) {
    float level = 0.1f;
    for (const auto& [begin, end] : silences) {
      if (t > begin - 1e-9 && t < end - 1e-9) level = 0.0005f;
    }
    curve.levels.push_back(level);
  }
  return curve;
}

TEST(WordEdgesTest, ASilenceAtAMarkIsBetweenTheWords) {
  std::vector<WordTiming> words = {Word("late", 0.3, 1.0, "."), Word("Nobody", 1.05, 1.9)};
  MoveEdgesToSilence(words, Curve({{0.0, 0.25}, {0.7, 1.0}, {1.8, 2.0}}));
  EXPECT_NEAR(words[0].start_seconds, 0.25, 1e-9);
  EXPECT_NEAR(words[0].end_seconds, 0.7, 1e-9);
  EXPECT_NEAR(words[1].start_seconds, 1.0, 1e-9);
  EXPECT_NEAR(words[1].end_seconds, 1.8, 1e-9);
}

TEST(WordEdgesTest, TheSilenceBeforeAStopIsNoPause) {
  std::vector<WordTiming> words = {Word("a", 0.1, 0.5), Word("cat", 0.5, 1.9)};
  MoveEdgesToSilence(words, Curve({{0.42, 0.5}}));
  EXPECT_EQ(words[0].end_seconds, 0.5);
  EXPECT_EQ(words[1].start_seconds, 0.5);
  MoveEdgesToSilence(words, Curve({{0.38, 0.5}}));  // too long for that
  EXPECT_NEAR(words[0].end_seconds, 0.38, 1e-9);
}

TEST(WordEdgesTest, ASilenceBelongsToOneEdge) {
  std::vector<WordTiming> words = {Word("no", 0.0, 0.6, ","), Word("no", 0.6, 0.9, ","),
                                   Word("yes", 0.95, 2.0)};
  MoveEdgesToSilence(words, Curve({{0.4, 0.6}, {0.8, 0.9}}));
  EXPECT_NEAR(words[0].end_seconds, 0.4, 1e-9);
  EXPECT_NEAR(words[1].start_seconds, 0.6, 1e-9);
  EXPECT_NEAR(words[1].end_seconds, 0.8, 1e-9);
  EXPECT_NEAR(words[2].start_seconds, 0.9, 1e-9);
}

// However short the model makes it.
TEST(WordEdgesTest, NoWordBeginsBeforeTheAudio) {
  std::vector<WordTiming> words = {Word("a", 0.0, 0.004), Word("cat", 0.004, 1.9)};
  MoveEdgesToSilence(words, Curve({}));
  EXPECT_EQ(words[0].start_seconds, 0.0);
}

TEST(WordEdgesTest, SilenceFarFromTheEdgeAndNoSoundChangeNothing) {
  std::vector<WordTiming> words = {Word("one", 0.0, 1.6, "."), Word("two", 1.6, 2.0)};
  MoveEdgesToSilence(words, Curve({{0.5, 0.7}}));
  EXPECT_EQ(words[0].end_seconds, 1.6);
  MoveEdgesToSilence(words, {});
  MoveEdgesToSilence({}, Curve({}));
  EXPECT_EQ(words[1].start_seconds, 1.6);
}

}  // namespace
}  // namespace litetts::engine
