#include "server/speech_body.h"

#include <gtest/gtest.h>

namespace litetts::server {
namespace {

constexpr engine::TimingKinds kWords = {.words = true};

engine::TimingPiece TwoWords() {
  engine::WordTiming hello;
  hello.text = "“Hi";
  hello.end = 5;
  hello.start_seconds = 0.25;
  hello.end_seconds = 0.5;
  engine::WordTiming there = hello;
  there.text = "there\"";
  there.begin = 6;
  there.end = 12;
  there.end_seconds = 0.1 + 0.2;
  engine::TimingPiece piece;
  piece.words = {hello, there};
  return piece;
}

constexpr auto kMp3 = audio::Format::kMp3;

TEST(SpeechBodyTest, AudioIsLeftAlone) {
  EXPECT_EQ(WrapPiece(BodyForm::kAudio, kMp3, "abc", {}, {}), "abc");
  EXPECT_EQ(WrapEnd(BodyForm::kAudio, {}), "");
  EXPECT_EQ(BodyMediaType(BodyForm::kAudio, kMp3), "audio/mpeg");
}

TEST(SpeechBodyTest, CaptionsAreOneObjectPerLine) {
  EXPECT_EQ(WrapPiece(BodyForm::kCaptions, kMp3, "abc", kWords, TwoWords()),
            R"({"audio":"YWJj","audio_format":"audio/mpeg","timestamps":[)"
            R"({"word":"“Hi","start_time":2.5E-1,"end_time":5E-1,"begin":0,"end":5},)"
            R"({"word":"there\"","start_time":2.5E-1,"end_time":3E-1,"begin":6,"end":12}]})"
            "\n");
  EXPECT_EQ(WrapPiece(BodyForm::kCaptions, kMp3, "abc", {}, {}),
            "{\"audio\":\"YWJj\",\"audio_format\":\"audio/mpeg\",\"timestamps\":null}\n");
  EXPECT_EQ(WrapEnd(BodyForm::kCaptions, {}), "");
  EXPECT_EQ(BodyMediaType(BodyForm::kCaptions, kMp3), "application/json");
}

TEST(SpeechBodyTest, EventsCarryTimesOnlyWhereAsked) {
  EXPECT_EQ(WrapPiece(BodyForm::kSse, kMp3, "abc", {}, {}),
            "data: {\"type\":\"speech.audio.delta\",\"audio\":\"YWJj\"}\n\n");
  EXPECT_EQ(WrapPiece(BodyForm::kSse, kMp3, "abc", kWords, {}),
            "data: {\"type\":\"speech.audio.delta\",\"audio\":\"YWJj\",\"timestamps\":[]}\n\n");
  EXPECT_EQ(WrapEnd(BodyForm::kSse, {.input_tokens = 2, .output_tokens = 3}),
            "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":2,"
            "\"output_tokens\":3,\"total_tokens\":5}}\n\n");
}

TEST(SpeechBodyTest, LinesOfJsonAreTheEvents) {
  EXPECT_EQ(WrapPiece(BodyForm::kNdjson, kMp3, "abc", {}, {}),
            "{\"type\":\"speech.audio.delta\",\"audio\":\"YWJj\"}\n");
  EXPECT_TRUE(WrapEnd(BodyForm::kNdjson, {.input_tokens = 2}).ends_with("\"total_tokens\":2}}\n"));
  EXPECT_EQ(BodyMediaType(BodyForm::kNdjson, kMp3), "application/x-ndjson");
}

TEST(SpeechBodyTest, EachKindOfTimesHasItsList) {
  engine::TimingPiece piece;
  piece.phonemes = {{"h", 0.25, 0.5}};
  piece.visemes = {{"aa", 0.25, 0.5}};
  piece.marks = {{"here", 0.5}};
  piece.alignment = {.characters = {"h"}, .start_seconds = {0.25}, .end_seconds = {0.5}};
  const engine::TimingKinds kinds = {
      .phonemes = true, .visemes = true, .marks = true, .characters = true};
  EXPECT_EQ(WrapPiece(BodyForm::kNdjson, kMp3, "", kinds, piece),
            R"({"type":"speech.audio.delta","audio":"",)"
            R"("phonemes":[{"phoneme":"h","start_time":2.5E-1,"end_time":5E-1}],)"
            R"("visemes":[{"viseme":"aa","start_time":2.5E-1,"end_time":5E-1}],)"
            R"("marks":[{"name":"here","time":5E-1}],)"
            R"("alignment":{"characters":["h"],"character_start_times_seconds":[2.5E-1],)"
            R"("character_end_times_seconds":[5E-1]}})"
            "\n");
}

TEST(SpeechBodyTest, WordsGoOutWithoutAudioTooAndNothingIsNoPiece) {
  EXPECT_TRUE(
      WrapPiece(BodyForm::kCaptions, kMp3, "", kWords, TwoWords()).starts_with("{\"audio\":\"\","));
  for (const BodyForm form :
       {BodyForm::kAudio, BodyForm::kSse, BodyForm::kNdjson, BodyForm::kCaptions})
    EXPECT_EQ(WrapPiece(form, kMp3, "", {}, {}), "");
}

}  // namespace
}  // namespace litetts::server
