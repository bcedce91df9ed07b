#include "engine/subtitles.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>

namespace litetts::engine {
namespace {

// Words of `seconds` each, one after the other; a sentence ends at a full stop.
Timings TimingsOf(std::string_view text, double seconds) {
  Timings timings;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    WordTiming timing;
    timing.text = timing.display = word;
    timing.start_seconds = timings.audio_seconds;
    timing.end_seconds = timings.audio_seconds += seconds;
    timing.ends_sentence = word.ends_with('.');
    timings.words.push_back(timing);
  }
  return timings;
}

TEST(SubtitlesTest, SubRipCountsCuesAndEndsThemWithSentences) {
  EXPECT_EQ(SubRip(TimingsOf("One two. Three four.", 0.75)),
            "1\n00:00:00,000 --> 00:00:01,500\nOne two.\n\n"
            "2\n00:00:01,500 --> 00:00:03,000\nThree four.\n\n");
}

TEST(SubtitlesTest, WebVttEscapesAndDropsWhatWouldBeMarkUp) {
  EXPECT_EQ(WebVtt(TimingsOf("Q&A <b>now</b>.", 61.0)),
            "WEBVTT\n\n00:00:00.000 --> 00:01:01.000\nQ&amp;A\n\n"
            "00:01:01.000 --> 00:02:02.000\nbnow/b.\n\n");
}

TEST(SubtitlesTest, CuesHaveTwoShortLinesAndAtMostSevenSeconds) {
  const std::string text =
      "The quick brown fox jumps over the lazy dog, while the sun goes down behind the hills, and "
      "nobody in the whole village seems to have noticed that anything at all had happened today.";
  std::istringstream lines(SubRip(TimingsOf(text, 0.4)));
  size_t num_cues = 0;
  size_t num_lines = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("-->") != std::string::npos) {
      ++num_cues;
      num_lines = 0;
    } else if (!line.empty()) {
      EXPECT_LE(line.size(), 42u) << line;
      EXPECT_LE(++num_lines, 3u);  // the next cue's number too
    }
  }
  EXPECT_GE(num_cues, 3u);
  EXPECT_LE(num_cues, 5u);
}

TEST(SubtitlesTest, AShortCueStaysForASecondWhereThereIsTime) {
  Timings timings = TimingsOf("Yes.", 0.2);
  timings.audio_seconds = 0.9;
  EXPECT_EQ(SubRip(timings), "1\n00:00:00,000 --> 00:00:00,900\nYes.\n\n");
}

// 20 characters a second, where what follows leaves the time.
TEST(SubtitlesTest, ALongCueStaysUntilItCanBeRead) {
  Timings timings = TimingsOf("Nobody in the whole village had noticed.", 0.1);
  timings.audio_seconds = 5.0;
  EXPECT_EQ(SubRip(timings),
            "1\n00:00:00,000 --> 00:00:02,000\nNobody in the whole village had noticed.\n\n");
  timings.audio_seconds = 1.5;
  EXPECT_NE(SubRip(timings).find("--> 00:00:01,500"), std::string::npos);
}

TEST(SubtitlesTest, NothingWithoutWords) { EXPECT_EQ(SubRip(Timings{}), ""); }

}  // namespace
}  // namespace litetts::engine
