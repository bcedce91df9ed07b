#include "server/history.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

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

}  // namespace
}  // namespace litetts::server
