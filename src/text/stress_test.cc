#include "text/stress.h"

#include <gtest/gtest.h>

namespace litetts::text {
namespace {

std::string Apply(std::string_view phonemes, std::optional<float> stress) {
  return ToUtf8(ApplyStress(FromUtf8(phonemes), stress));
}

TEST(StressTest, EachLevelMovesTheMarks) {
  EXPECT_EQ(Apply("həlˈO", std::nullopt), "həlˈO");
  EXPECT_EQ(Apply("həlˈO", -2.0f), "həlO");
  EXPECT_EQ(Apply("həlˈO", -1.0f), "həlˌO");
  EXPECT_EQ(Apply("həlˈO", -0.5f), "həlˌO");
  EXPECT_EQ(Apply("həlˈO", 1.0f), "həlˈO");
  EXPECT_EQ(Apply("ʌv", 1.0f), "ˌʌv");
  EXPECT_EQ(Apply("ˌʌndəɹ", 1.0f), "ˈʌndəɹ");
  EXPECT_EQ(Apply("ænd", 2.0f), "ˈænd");
  EXPECT_EQ(Apply("ænd", 0.5f), "ˌænd");
  EXPECT_EQ(Apply("ɐ", 2.0f), "ɐ") << "ɐ takes no stress";
}

TEST(StressTest, DiphthongsAndAffricatesWeighTwice) {
  EXPECT_EQ(StressWeight(FromUtf8("nˈOn")), 5);
  EXPECT_EQ(StressWeight(FromUtf8("wˈɛl")), 4);
}

}  // namespace
}  // namespace litetts::text
