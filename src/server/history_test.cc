#include "server/history.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "base/status.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

json::object Read(const History& history, uint64_t after = 0, size_t first_column = 0) {
  return json::parse(history.Json(after, first_column)).as_object();
}

std::string Text(double requests) {
  return "# HELP a Help\n# TYPE a counter\na{route=\"/x y\"} " + std::to_string(requests) +
         "\nlitetts_request_seconds_bucket{le=\"1\"} 3\nb 0.25\n";
}

TEST(HistoryTest, KeepsWhatMetricsSaidColumnByColumn) {
  History history;
  history.Add(100.5, Text(1));
  history.Add(101.5, Text(3));
  const json::object answer = Read(history);
  EXPECT_EQ(answer.at("newest"), 2);
  EXPECT_EQ(json::serialize(answer.at("columns")), R"(["a{route=\"/x y\"}","b"])");
  const json::array& rows = answer.at("rows").as_array();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0], json::array({1u, 100.5, 0u, 1.0, 1u, 0.25}));
  EXPECT_EQ(rows[1], json::array({2u, 101.5, 0u, 3.0})) << "only what changed";
}

TEST(HistoryTest, SendsOnlyWhatTheClientDoesNotHave) {
  History history;
  history.Add(1, Text(1));
  history.Add(2, Text(1));
  const json::object answer = Read(history, 1, 1);
  EXPECT_EQ(json::serialize(answer.at("columns")), R"(["b"])");
  ASSERT_EQ(answer.at("rows").as_array().size(), 1u);
  EXPECT_EQ(answer.at("rows").as_array()[0], json::array({2u, 2.0, 0u, 1.0, 1u, 0.25}));
}

TEST(HistoryTest, TellsWhenColumnsAreLeftOut) {
  History history;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += Concat("a", i, " 1\n");
  history.Add(1, text);
  EXPECT_FALSE(history.is_full());
  history.Add(2, text + "b 1\n");
  EXPECT_TRUE(history.is_full());
  EXPECT_EQ(Read(history).at("columns").as_array().size(), 1000u);
}

TEST(HistoryTest, ANewColumnCountsFromZero) {
  History history;
  history.Add(1, "b 1\n");
  history.Add(2, "b 1\nnew 7\n");
  const json::array rows = Read(history).at("rows").as_array();
  EXPECT_EQ(rows[1], json::array({2u, 2.0, 1u, 7.0}));
}

TEST(HistoryTest, ADayIsBoundedAndInOrder) {
  History history;
  constexpr int kSeconds = 30 * 3600;
  for (int i = 1; i <= kSeconds; ++i) history.Add(i, "a 1\n");
  const json::array rows = Read(history).at("rows").as_array();
  EXPECT_LT(rows.size(), 2300u);
  double previous = 0;
  for (const json::value& row : rows) {
    const double time = row.as_array()[1].to_number<double>();
    const double step = time - previous;
    if (previous > 0) {
      EXPECT_LE(step, time > kSeconds - 600 ? 15 : time > kSeconds - 4 * 3600 ? 120 : 120) << time;
    }
    EXPECT_GT(step, 0);
    previous = time;
  }
  EXPECT_EQ(previous, kSeconds);
  EXPECT_GE(rows[0].as_array()[1].to_number<double>(), kSeconds - 86400 - 120);
  EXPECT_LE(rows[0].as_array()[1].to_number<double>(), kSeconds - 86400 + 240);
}

TEST(HistoryTest, MarksAndSpeechesAreBoundedToo) {
  History history;
  for (int i = 0; i < 100; ++i) {
    history.AddMark(i, "configuration");
    SpeechSummary speech;
    speech.request_id = "req_" + std::to_string(i);
    history.AddSpeech(i, std::move(speech));
  }
  const json::object answer = Read(history);
  EXPECT_EQ(answer.at("marks").as_array().size(), 32u);
  EXPECT_EQ(answer.at("recent").as_array().size(), 50u);
  EXPECT_EQ(answer.at("recent").as_array().back().as_object().at("id"), "req_99");
}

TEST(HistoryTest, StartedItReadsAtOnceAndEndsWithItsOwner) {
  bool was_read = false;
  {
    History history;
    history.Start([&] {
      was_read = true;
      return Text(1);
    });
  }
  EXPECT_TRUE(was_read);
}

std::string NextPiece(ResponseStream::Reader& reader) {
  const ResponseStream::Event event = reader.Next();
  const auto* piece = std::get_if<ResponseStream::Piece>(&event);
  return piece == nullptr ? "" : **piece;
}

TEST(HistoryTest, FollowersGetEachReadingAsItComes) {
  History history;
  history.Add(1, "a 1\n");
  const auto reader = history.Follow(1, 1, /*max_readings=*/2)->Join([] {});
  ASSERT_TRUE(reader->has_started());
  const ResponseStream::Event head = reader->Next();
  EXPECT_EQ(std::get<ResponseHead>(head).content_type, "text/event-stream");
  EXPECT_TRUE(std::holds_alternative<ResponseStream::Nothing>(reader->Next()));
  history.Add(2, "a 5\nb 7\n");
  EXPECT_EQ(NextPiece(*reader),
            R"(data: {"newest":2,"columns":["b"],"rows":[[2,2E0,0,5E0,1,7E0]],"marks":[]})"
            "\n\n");
  history.Add(3, "a 6\nb 7\n");
  EXPECT_NE(NextPiece(*reader).find(R"("columns":[],"rows":[[3,3E0,0,6E0,1,7E0]])"),
            std::string::npos);
  EXPECT_TRUE(std::holds_alternative<ResponseStream::Done>(reader->Next()));
}

TEST(HistoryTest, AFollowerWhoIsBehindGetsSeveralReadingsAtOnce) {
  History history;
  const auto reader = history.Follow(0, 0, 100'000)->Join([] {});
  const std::string long_name(20'000, 'x');
  for (int i = 1; i <= 60; ++i) history.Add(i, long_name + std::to_string(i) + " 1\n");
  reader->Next();  // the head
  size_t size = 0;
  while (const size_t more = NextPiece(*reader).size()) size += more;
  EXPECT_LT(size, 400'000u) << "bounded, whatever the reader does";
  history.Add(61, "last 1\n");
  const std::string rest = NextPiece(*reader);
  EXPECT_NE(rest.find("\"last\""), std::string::npos);
  EXPECT_NE(rest.find(long_name + "60"), std::string::npos) << "nothing is missed";
}

TEST(HistoryTest, FollowersEndWithTheServer) {
  History history;
  const auto reader = history.Follow(0, 0, 10)->Join([] {});
  history.EndFollowers();
  const auto late = history.Follow(0, 0, 10)->Join([] {});
  for (ResponseStream::Reader* each : {reader.get(), late.get()}) {
    each->Next();  // the head
    EXPECT_TRUE(std::holds_alternative<ResponseStream::Done>(each->Next()));
  }
}

TEST(HistoryTest, RecentSynthesesAreLeftOutWhereThereIsNoNewOne) {
  History history;
  history.Add(1, "a 1\n");
  history.AddSpeech(1.5, {.request_id = "r", .voice = "v", .format = "wav", .outcome = "ok"});
  history.Add(2, "a 1\n");
  EXPECT_EQ(Read(history, 1).at("recent").as_array().size(), 1u);
  EXPECT_FALSE(Read(history, 2).contains("recent"));
  EXPECT_TRUE(Read(history, 0).contains("recent"));
}

}  // namespace
}  // namespace litetts::server
