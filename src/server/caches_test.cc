#include "server/caches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litetts::server {
namespace {

std::shared_ptr<ResponseStream> FinishedStream(std::string_view bytes) {
  auto stream = std::make_shared<ResponseStream>();
  ResponseHead head;
  head.content_type = "audio/wav";
  head.headers = {{"X-RTF", "0.2"}, {"X-Sample-Rate", "24000"}, {"X-Cache", "miss"}};
  EXPECT_TRUE(stream->SendHead(head).ok());
  EXPECT_TRUE(stream->Write(std::string(bytes.substr(0, 2))).ok());
  EXPECT_TRUE(stream->Write(std::string(bytes.substr(2))).ok());
  stream->Finish({{"X-RTF", "0.2"}, {"X-Audio-Duration", "1"}});
  return stream;
}

struct Heard {
  ResponseHead head;
  std::string bytes;
  std::vector<Header> trailers;
};
Heard ReadAll(const std::shared_ptr<ResponseStream>& stream) {
  Heard heard;
  const auto reader = stream->Join([] {});
  for (;;) {
    const ResponseStream::Event event = reader->Next();
    if (const auto* head = std::get_if<ResponseHead>(&event)) heard.head = *head;
    if (const auto* piece = std::get_if<ResponseStream::Piece>(&event)) heard.bytes += **piece;
    if (const auto* done = std::get_if<ResponseStream::Done>(&event)) {
      heard.trailers = done->trailers;
      return heard;
    }
  }
}

std::string Names(const std::vector<Header>& headers) {
  std::string names;
  for (const Header& header : headers) names += header.name + "=" + header.value + " ";
  return names;
}

SpeechRequest RequestOf(std::string_view voice, audio::Format format) {
  SpeechRequest request;
  request.voice = voice;
  request.format = format;
  return request;
}

TEST(CachesTest, GivesTheSameBytesAgainAndSaysSo) {
  Caches caches{ServerConfig{}, NullLogSink()};
  EXPECT_EQ(caches.FindAnswer("key"), nullptr);
  caches.KeepAnswer("key", RequestOf("af_heart", audio::Format::kWav), {.audio_seconds = 1.0},
                    *FinishedStream("RIFF1234"));
  const auto answer = caches.FindAnswer("key");
  ASSERT_NE(answer, nullptr);
  const Heard heard = ReadAll(StreamOf(*answer));
  EXPECT_EQ(heard.bytes, "RIFF1234");
  EXPECT_EQ(heard.head.content_type, "audio/wav");
  EXPECT_EQ(Names(heard.head.headers), "X-Sample-Rate=24000 X-Cache=hit ");
  EXPECT_EQ(Names(heard.trailers), "X-Audio-Duration=1 ");
  EXPECT_EQ(answer->audio_seconds, 1.0);
}

TEST(CachesTest, KeepsNothingWhereItMayNot) {
  ServerConfig config;
  config.response_cache_mb = 0;
  Caches caches{config, NullLogSink()};
  caches.KeepAnswer("key", RequestOf("af_heart", audio::Format::kWav), {},
                    *FinishedStream("RIFF1234"));
  EXPECT_EQ(caches.FindAnswer("key"), nullptr);
}

TEST(CachesTest, AnUnfinishedAnswerIsNotKept) {
  Caches caches{ServerConfig{}, NullLogSink()};
  ResponseStream stream;
  EXPECT_TRUE(stream.SendHead({}).ok());
  caches.KeepAnswer("key", RequestOf("af_heart", audio::Format::kWav), {}, stream);
  EXPECT_EQ(caches.FindAnswer("key"), nullptr);
}

TEST(CachesTest, ForgetsByVoiceAndFormat) {
  Caches caches{ServerConfig{}, NullLogSink()};
  const auto fill = [&] {
    for (const std::string_view voice : {"af_heart", "af_sky"}) {
      for (const audio::Format format : {audio::Format::kWav, audio::Format::kMp3}) {
        caches.KeepAnswer(Concat(voice, audio::FormatName(format)), RequestOf(voice, format), {},
                          *FinishedStream("RIFF1234"));
      }
    }
  };
  const auto removed = [&](const Caches::Selection& selection) {
    fill();
    return caches.Clear(selection)->front().second;
  };
  EXPECT_EQ(removed({}), 4u);
  EXPECT_EQ(removed({.cache = "answers", .voice = "af_sky"}), 2u);
  EXPECT_EQ(removed({.format = "mp3"}), 2u);
  EXPECT_EQ(removed({.voice = "af_heart", .format = "wav"}), 1u);
  EXPECT_EQ(caches.Clear({.cache = "cookies"}).status().code(), StatusCode::kInvalidArgument);
}

TEST(CachesTest, ANewConfigurationCountsAtOnce) {
  ServerConfig config;
  Caches caches{config, NullLogSink()};
  caches.KeepAnswer("key", RequestOf("af_heart", audio::Format::kWav), {},
                    *FinishedStream("RIFF1234"));
  config.response_cache_mb = 0;
  caches.SetConfig(config);
  EXPECT_EQ(caches.stats()[0].second.num_entries, 0u);
  EXPECT_EQ(caches.stats()[0].second.max_bytes, 0u);
}

}  // namespace
}  // namespace litetts::server
