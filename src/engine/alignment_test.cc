#include "engine/alignment.h"

#include <gtest/gtest.h>

#include "engine/visemes.h"

namespace litetts::engine {
namespace {

WordTiming Word(size_t begin, size_t end, double start_seconds, double end_seconds) {
  WordTiming word;
  word.begin = begin;
  word.end = end;
  word.start_seconds = start_seconds;
  word.end_seconds = end_seconds;
  return word;
}

TEST(AlignmentTest, EveryCharacterHasATime) {
  Timings timings;
  timings.words = {Word(0, 2, 0.2, 0.6), Word(3, 8, 1.0, 2.0)};
  timings.audio_seconds = 2.5;
  const Alignment alignment = AlignmentOf("Hi caf\xC3\xA9!", timings);
  ASSERT_EQ(alignment.characters.size(), 8u);
  EXPECT_EQ(alignment.characters[6], "\xC3\xA9");
  EXPECT_DOUBLE_EQ(alignment.start_seconds[0], 0.2);
  EXPECT_DOUBLE_EQ(alignment.end_seconds[0], 0.4);
  EXPECT_DOUBLE_EQ(alignment.start_seconds[2], 0.6);  // the space
  EXPECT_DOUBLE_EQ(alignment.end_seconds[2], 1.0);
  EXPECT_DOUBLE_EQ(alignment.start_seconds[4], 1.25);
  EXPECT_DOUBLE_EQ(alignment.end_seconds[7], 2.5);
}

TEST(AlignmentTest, TimesNeverFall) {
  Timings timings;
  timings.words = {Word(0, 3, 0.5, 0.4), Word(2, 9, 0.1, 0.2)};
  const Alignment alignment = AlignmentOf("abcdef", timings);
  ASSERT_EQ(alignment.characters.size(), 6u);
  for (size_t i = 0; i < 6; ++i) EXPECT_LE(alignment.start_seconds[i], alignment.end_seconds[i]);
  for (size_t i = 1; i < 6; ++i)
    EXPECT_EQ(alignment.end_seconds[i - 1], alignment.start_seconds[i]);
  EXPECT_TRUE(AlignmentOf("", timings).characters.empty());
}

TEST(VisemesTest, CoverTheAudio) {
  Timings timings;
  timings.phonemes = {{"", 0.0, 0.1},   {"m", 0.1, 0.2},  {"ˈ", 0.2, 0.25}, {"æ", 0.25, 0.4},
                      {" ", 0.4, 0.45}, {"ɑ", 0.45, 0.5}, {".", 0.5, 0.6},  {"", 0.6, 0.8}};
  const std::vector<VisemeTiming> visemes = VisemesOf(timings.phonemes);
  ASSERT_EQ(visemes.size(), 4u);
  EXPECT_EQ(visemes[0].viseme, "sil");
  EXPECT_EQ(visemes[1].viseme, "PP");
  EXPECT_EQ(visemes[2].viseme, "aa");
  EXPECT_DOUBLE_EQ(visemes[2].start_seconds, 0.25);
  EXPECT_DOUBLE_EQ(visemes[2].end_seconds, 0.5);
  EXPECT_EQ(visemes[3].viseme, "sil");
  EXPECT_DOUBLE_EQ(visemes[3].end_seconds, 0.8);
}

}  // namespace
}  // namespace litetts::engine
