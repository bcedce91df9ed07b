#include "text/ssml_values.h"

#include <gtest/gtest.h>

namespace litetts::text {
namespace {

TEST(SsmlValuesTest, Seconds) {
  EXPECT_DOUBLE_EQ(*ParseSeconds("500ms"), 0.5);
  EXPECT_DOUBLE_EQ(*ParseSeconds(" 1.5 s "), 1.5);
  EXPECT_DOUBLE_EQ(*ParseSeconds("+2s"), 2.0);
  for (const char* wrong : {"", "s", "1", "-1s", "1.5.2s", "1min", "1e3s", "one s"}) {
    EXPECT_FALSE(ParseSeconds(wrong)) << wrong;
  }
}

TEST(SsmlValuesTest, Rates) {
  EXPECT_DOUBLE_EQ(*ParseRate("1.2"), 1.2);
  EXPECT_DOUBLE_EQ(*ParseRate("120%"), 1.2);
  EXPECT_DOUBLE_EQ(*ParseRate("+20%"), 1.2);
  EXPECT_DOUBLE_EQ(*ParseRate("-25%"), 0.75);
  EXPECT_LT(*ParseRate("x-slow"), *ParseRate("slow"));
  EXPECT_LT(*ParseRate("fast"), *ParseRate("x-fast"));
  for (const char* wrong : {"", "0", "-100%", "+1", "quick", "20wpm"}) {
    EXPECT_FALSE(ParseRate(wrong)) << wrong;
  }
}

TEST(SsmlValuesTest, Pitches) {
  EXPECT_DOUBLE_EQ(*ParsePitch("+2st"), 2.0);
  EXPECT_DOUBLE_EQ(*ParsePitch("-1.5st"), -1.5);
  EXPECT_DOUBLE_EQ(*ParsePitch("+100%"), 12.0);
  EXPECT_DOUBLE_EQ(*ParsePitch("medium"), 0.0);
  for (const char* wrong : {"2st", "200Hz", "+20Hz", "-100%", "shrill"}) {
    EXPECT_FALSE(ParsePitch(wrong)) << wrong;
  }
}

TEST(SsmlValuesTest, Volumes) {
  EXPECT_DOUBLE_EQ(*ParseVolume("silent"), 0.0);
  EXPECT_DOUBLE_EQ(*ParseVolume("50"), 0.5);
  EXPECT_DOUBLE_EQ(*ParseVolume("50%"), 0.5);
  EXPECT_DOUBLE_EQ(*ParseVolume("+10%"), 1.1);
  EXPECT_NEAR(*ParseVolume("+6dB"), 1.995, 1e-3);
  EXPECT_NEAR(*ParseVolume("-20dB"), 0.1, 1e-9);
  for (const char* wrong : {"", "101", "-5", "+5", "noisy", "-200%"}) {
    EXPECT_FALSE(ParseVolume(wrong)) << wrong;
  }
}

TEST(SsmlValuesTest, StrengthsRise) {
  double before = -1.0;
  for (const char* name : {"none", "x-weak", "weak", "medium", "strong", "x-strong"}) {
    EXPECT_GT(*ParseStrength(name), before);
    before = *ParseStrength(name);
  }
  EXPECT_FALSE(ParseStrength("huge"));
}

}  // namespace
}  // namespace litetts::text
