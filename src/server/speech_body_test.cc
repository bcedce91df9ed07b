#include "server/speech_body.h"

#include <gtest/gtest.h>

namespace litetts::server {
namespace {

std::vector<engine::WordTiming> TwoWords() {
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
  return {hello, there};
}

constexpr auto kMp3 = audio::Format::kMp3;

TEST(SpeechBodyTest, AudioIsLeftAlone) {
  EXPECT_EQ(WrapPiece(BodyForm::kAudio, kMp3, "abc", nullptr), "abc");
  EXPECT_EQ(WrapEnd(BodyForm::kAudio, {}), "");
  EXPECT_EQ(BodyMediaType(BodyForm::kAudio, kMp3), "audio/mpeg");
}

TEST(SpeechBodyTest, CaptionsAreOneObjectPerLine) {
  const std::vector<engine::WordTiming> all = TwoWords();
  const std::span<const engine::WordTiming> words = all;
  EXPECT_EQ(WrapPiece(BodyForm::kCaptions, kMp3, "abc", &words),
            R"({"audio":"YWJj","audio_format":"audio/mpeg","timestamps":[)"
            R"({"word":"“Hi","start_time":2.5E-1,"end_time":5E-1,"begin":0,"end":5},)"
            R"({"word":"there\"","start_time":2.5E-1,"end_time":3E-1,"begin":6,"end":12}]})"
            "\n");
  EXPECT_EQ(WrapPiece(BodyForm::kCaptions, kMp3, "abc", nullptr),
            "{\"audio\":\"YWJj\",\"audio_format\":\"audio/mpeg\",\"timestamps\":null}\n");
  EXPECT_EQ(WrapEnd(BodyForm::kCaptions, {}), "");
  EXPECT_EQ(BodyMediaType(BodyForm::kCaptions, kMp3), "application/json");
}

TEST(SpeechBodyTest, EventsCarryTimesOnlyWhereAsked) {
  const std::span<const engine::WordTiming> none;
  EXPECT_EQ(WrapPiece(BodyForm::kSse, kMp3, "abc", nullptr),
            "data: {\"type\":\"speech.audio.delta\",\"audio\":\"YWJj\"}\n\n");
  EXPECT_EQ(WrapPiece(BodyForm::kSse, kMp3, "abc", &none),
            "data: {\"type\":\"speech.audio.delta\",\"audio\":\"YWJj\",\"timestamps\":[]}\n\n");
  EXPECT_EQ(WrapEnd(BodyForm::kSse, {.input_tokens = 2, .output_tokens = 3}),
            "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":2,"
            "\"output_tokens\":3,\"total_tokens\":5}}\n\n");
}

TEST(SpeechBodyTest, WordsGoOutWithoutAudioTooAndNothingIsNoPiece) {
  const std::vector<engine::WordTiming> all = TwoWords();
  const std::span<const engine::WordTiming> words = all;
  EXPECT_TRUE(WrapPiece(BodyForm::kCaptions, kMp3, "", &words).starts_with("{\"audio\":\"\","));
  for (const BodyForm form : {BodyForm::kAudio, BodyForm::kSse, BodyForm::kCaptions})
    EXPECT_EQ(WrapPiece(form, kMp3, "", nullptr), "");
}

}  // namespace
}  // namespace litetts::server
