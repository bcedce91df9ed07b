#include "server/response_stream.h"

#include <gtest/gtest.h>

#include <thread>

namespace litetts::server {
namespace {

std::string ReadAll(ResponseStream::Reader& reader) {
  std::string out;
  for (;;) {
    ResponseStream::Event event = reader.Next();
    if (const auto* piece = std::get_if<ResponseStream::Piece>(&event)) {
      out += **piece;
    } else if (!std::holds_alternative<ResponseHead>(event)) {
      return out;
    }
  }
}

TEST(ResponseStreamTest, EveryReaderGetsHeadAndAllBytesInOrder) {
  auto stream = std::make_shared<ResponseStream>();
  int wakes = 0;
  auto first = stream->Join([&] { ++wakes; });
  ASSERT_TRUE(stream->SendHead({}).ok());
  ASSERT_TRUE(stream->Write("abc").ok());
  auto late = stream->Join([] {});
  ASSERT_TRUE(stream->Write("def").ok());
  stream->Finish();
  EXPECT_EQ(wakes, 4);
  EXPECT_TRUE(std::holds_alternative<ResponseHead>(first->Next()));
  EXPECT_EQ(ReadAll(*first), "abcdef");
  EXPECT_TRUE(std::holds_alternative<ResponseStream::Done>(first->Next()));
  EXPECT_EQ(ReadAll(*late), "abcdef");
}

TEST(ResponseStreamTest, TheLastReaderToLeaveCancelsTheWork) {
  auto stream = std::make_shared<ResponseStream>();
  int num_abandoned = 0;
  stream->set_on_abandoned([&] { ++num_abandoned; });
  auto a = stream->Join([] {});
  auto b = stream->Join([] {});
  a.reset();
  EXPECT_FALSE(stream->cancelled());
  b.reset();
  EXPECT_TRUE(stream->cancelled());
  EXPECT_EQ(num_abandoned, 1);
  EXPECT_EQ(stream->Write("x").code(), StatusCode::kCancelled);
  EXPECT_EQ(stream->SendHead({}).code(), StatusCode::kCancelled);
  EXPECT_EQ(stream->Join([] {}), nullptr);
}

TEST(ResponseStreamTest, LeavingAfterTheEndCancelsNothing) {
  auto stream = std::make_shared<ResponseStream>();
  auto reader = stream->Join([] {});
  stream->Answer({.status = 500, .content_type = {}, .body = {}, .headers = {}});
  reader.reset();
  EXPECT_FALSE(stream->cancelled());
}

TEST(ResponseStreamTest, TheProducerWaitsForTheReader) {
  auto stream = std::make_shared<ResponseStream>(
      ResponseStream::Limits{.ahead_bytes = 10, .retained_bytes = 100});
  auto reader = stream->Join([] {});
  ASSERT_TRUE(stream->SendHead({}).ok());
  std::atomic<bool> second_is_written{false};
  ASSERT_TRUE(stream->Write("0123456789").ok());
  EXPECT_FALSE(stream->HasRoom());
  EXPECT_FALSE(stream->AwaitRoom(std::chrono::steady_clock::now()));
  std::thread producer([&] {
    EXPECT_TRUE(stream->AwaitRoom(std::chrono::steady_clock::now() + std::chrono::minutes(1)));
    EXPECT_TRUE(stream->Write("abc").ok());
    second_is_written = true;
    stream->Finish();
  });
  EXPECT_TRUE(std::holds_alternative<ResponseHead>(reader->Next()));
  EXPECT_FALSE(second_is_written);  // it cannot be: there is no room before the next line
  EXPECT_TRUE(std::holds_alternative<ResponseStream::Piece>(reader->Next()));
  producer.join();
  EXPECT_EQ(ReadAll(*reader), "abc");
}

TEST(ResponseStreamTest, AWaitingProducerIsFreedWhenTheReaderLeaves) {
  auto stream = std::make_shared<ResponseStream>(
      ResponseStream::Limits{.ahead_bytes = 1, .retained_bytes = 100});
  auto reader = stream->Join([] {});
  ASSERT_TRUE(stream->SendHead({}).ok());
  ASSERT_TRUE(stream->Write("0").ok());
  std::thread producer([&] {
    EXPECT_TRUE(stream->AwaitRoom(std::chrono::steady_clock::now() + std::chrono::minutes(1)));
    EXPECT_EQ(stream->Write("1").code(), StatusCode::kCancelled);
  });
  reader.reset();
  producer.join();
}

TEST(ResponseStreamTest, KeepsAtMostItsLimitAndTellsLateJoiners) {
  auto stream = std::make_shared<ResponseStream>(
      ResponseStream::Limits{.ahead_bytes = 100, .retained_bytes = 20});
  auto reader = stream->Join([] {});
  ASSERT_TRUE(stream->SendHead({}).ok());
  EXPECT_TRUE(std::holds_alternative<ResponseHead>(reader->Next()));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(stream->Write("0123456789").ok());
    EXPECT_TRUE(std::holds_alternative<ResponseStream::Piece>(reader->Next()));
  }
  EXPECT_FALSE(stream->CanJoin());
  EXPECT_EQ(stream->Join([] {}), nullptr);
}

TEST(ResponseStreamTest, AFailureIsAnAnswerBeforeTheHeadAndAnAbortAfterIt) {
  auto before = std::make_shared<ResponseStream>();
  auto reader = before->Join([] {});
  before->Answer({.status = 500, .content_type = {}, .body = "x", .headers = {}});
  EXPECT_TRUE(std::holds_alternative<HttpResponse>(reader->Next()));
  auto after = std::make_shared<ResponseStream>();
  auto other = after->Join([] {});
  ASSERT_TRUE(after->SendHead({}).ok());
  after->Answer({.status = 500, .content_type = {}, .body = "x", .headers = {}});
  EXPECT_TRUE(std::holds_alternative<ResponseHead>(other->Next()));
  EXPECT_TRUE(std::holds_alternative<ResponseStream::Aborted>(other->Next()));
}

}  // namespace
}  // namespace litetts::server
