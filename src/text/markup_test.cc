#include "text/markup.h"

#include <gtest/gtest.h>

#include "text/normalise.h"

namespace litetts::text {
namespace {

std::vector<Segment> Segments(std::string_view text) { return Normalise(text, {}).segments; }

TEST(MarkupTest, Pauses) {
  EXPECT_EQ(ParsePause("pause:1.5s"), 1.5);
  EXPECT_EQ(ParsePause("0.4s"), 0.4);
  EXPECT_EQ(ParsePause("pause: 250ms"), 0.25);
  EXPECT_EQ(ParsePause("99999s"), 60.0);
  EXPECT_FALSE(ParsePause("s"));
  EXPECT_FALSE(ParsePause("pause"));
  EXPECT_FALSE(ParsePause("1.2.3s"));
}

TEST(MarkupTest, Features) {
  EXPECT_EQ(ParseFeature("/w\u025c\u02d0d/")->phonemes, "w\u025c\u02d0d");
  EXPECT_EQ(ParseFeature("+1")->stress, 1.0f);
  EXPECT_EQ(ParseFeature("-0.5")->stress, -0.5f);
  EXPECT_FALSE(ParseFeature("https://x.org"));
  EXPECT_FALSE(ParseFeature("//"));
  EXPECT_FALSE(ParseFeature(""));
}

TEST(MarkupTest, PhonemesOfAWord) {
  const std::string text = "Say [Kokoro 2](/k\u02c8Ok\u0259\u0279O/), please.";
  const auto segments = Segments(text);
  ASSERT_GE(segments.size(), 3u);
  EXPECT_EQ(segments[1].kind, Kind::kPhonemes);
  EXPECT_EQ(segments[1].spoken, "Kokoro two");
  EXPECT_EQ(segments[1].phonemes, "k\u02c8Ok\u0259\u0279O");
  EXPECT_EQ(text.substr(segments[1].begin, segments[1].end - segments[1].begin), "Kokoro 2");
}

TEST(MarkupTest, StressAndPartOfSpeech) {
  auto segments = Segments("I [really](+2) want to record_verb a record_noun.");
  EXPECT_EQ(segments[1].stress, 2.0f);
  EXPECT_EQ(segments[4].spoken, "record");
  EXPECT_EQ(segments[4].part_of_speech, 'v');
  EXPECT_EQ(segments[6].part_of_speech, 'n');
}

TEST(MarkupTest, BarePhonemesPausesAndSpelling) {
  auto segments = Segments("One [pause:1s] [[h\u0259l\u02c8O]] spell(Api2)!");
  ASSERT_EQ(segments.size(), 5u);
  EXPECT_EQ(segments[1].kind, Kind::kPause);
  EXPECT_EQ(segments[1].pause_seconds, 1.0);
  EXPECT_EQ(segments[2].phonemes, "h\u0259l\u02c8O");
  EXPECT_EQ(segments[2].spoken, "");
  EXPECT_EQ(segments[3].kind, Kind::kLetters);
  EXPECT_EQ(segments[3].spoken, "A P I two");
}

TEST(MarkupTest, CanBeSwitchedOff) {
  NormaliseOptions options;
  options.markup = false;
  const auto segments = Normalise("[pause:1s] record_noun", options).segments;
  for (const Segment& segment : segments) {
    EXPECT_EQ(segment.pause_seconds, 0.0);
    EXPECT_EQ(segment.part_of_speech, 0);
  }
  EXPECT_EQ(JoinSpoken(segments), "(pause:one second) record noun");
}

}  // namespace
}  // namespace litetts::text
