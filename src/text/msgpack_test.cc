#include "text/msgpack.h"

#include <gtest/gtest.h>

namespace litetts::text {
namespace {

using namespace std::literals;

TEST(MsgpackTest, ReadsWhatTheFilesUse) {
  // {"a": [1, -1, true, nil], 67: bin "xy"}
  const auto value = ParseMsgpack(
      "\x82\xa1"
      "a\x94\x01\xff\xc3\xc0\x43\xc4\x02xy"sv);
  ASSERT_TRUE(value.ok()) << value.status().ToString();
  const MsgpackValue* array = value->Find("a");
  ASSERT_NE(array, nullptr);
  ASSERT_NE(array->AsArray(), nullptr);
  EXPECT_EQ(array->AsArray()->size(), 4u);
  EXPECT_EQ(std::get<int64_t>((*array->AsArray())[1].value), -1);
  ASSERT_NE(value->Find(uint64_t{67}), nullptr);
  EXPECT_EQ(*value->Find(uint64_t{67})->AsString(), "xy");
  EXPECT_EQ(value->Find("b"), nullptr);
}

TEST(MsgpackTest, NumbersOfEveryWidth) {
  EXPECT_EQ(std::get<uint64_t>(ParseMsgpack("\xcd\x01\x00"sv)->value), 256u);
  EXPECT_EQ(std::get<int64_t>(ParseMsgpack("\xd1\xff\x00"sv)->value), -256);
  EXPECT_EQ(std::get<double>(ParseMsgpack("\xca\x3f\x80\x00\x00"sv)->value), 1.0);
}

TEST(MsgpackTest, DamagedBytesAreRefused) {
  for (const std::string_view bytes :
       {""sv, "\x81\xa1"sv, "\xdb\xff\xff\xff\xff"sv, "\xdd\xff\xff\xff\xff\x01"sv,
        "\xdf\xff\xff\xff\xff"sv, "\xc1"sv, "\x01\x01"sv}) {
    EXPECT_EQ(ParseMsgpack(bytes).status().code(), StatusCode::kDataLoss);
  }
  EXPECT_FALSE(ParseMsgpack(std::string(100000, '\x91')).ok())
      << "nesting must not overflow the stack";
}

}  // namespace
}  // namespace litetts::text
