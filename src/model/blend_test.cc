#include "model/blend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litetts::model {
namespace {

using ::testing::HasSubstr;

std::string Canonical(std::string_view expression) {
  const Result<Blend> blend = ParseBlend(expression);
  return blend.ok() ? BlendText(*blend) : Concat("error: ", blend.status().message());
}

TEST(BlendTest, EverySpellingIsOneBlend) {
  for (const std::string_view spelling :
       {"a(2)+b(3)", "a.4+b.6", "a*0.4+b*0.6", "0.4*a+0.6*b", "a:40,b:60", "b(3)+a(2)",
        " a ( 2 ) , b : 3 ", "a+b+a+b+b", "a(0.4),b(.6)", "a(2.5)+b(3)-a(0.5)"}) {
    EXPECT_EQ(Canonical(spelling), "a(2)+b(3)") << spelling;
  }
  for (const std::string_view spelling : {"a,b", "a+b", "a:50,b:50", "a.5+b.5", "b*7+a*7"}) {
    EXPECT_EQ(Canonical(spelling), "a+b") << spelling;
  }
  EXPECT_EQ(Canonical("a.1+b.2"), "a+b(2)");
  EXPECT_EQ(Canonical("a(2)+b(1)-c"), "a(2)+b+c(-1)");
  EXPECT_EQ(Canonical("-c+a(2)+b"), "a(2)+b+c(-1)");
  EXPECT_EQ(Canonical("a(2)+b+c(-1)"), "a(2)+b+c(-1)");
}

TEST(BlendTest, AVoiceWithItselfIsThatVoice) {
  for (const std::string_view spelling : {"a", "a(7)", "a+a", "a.5+a.5", "a|a", "a(2)-a", "a:1,b:0",
                                          "spherical:a", "spherical:a+a"}) {
    EXPECT_EQ(Canonical(spelling), "a") << spelling;
  }
}

TEST(BlendTest, HalvesAndArc) {
  EXPECT_EQ(Canonical("a|b"), "a|b");
  EXPECT_EQ(Canonical("a+b|c(2)+d"), "a+b|c(2)+d");
  EXPECT_EQ(Canonical("b+a|a+b"), "a+b");
  EXPECT_EQ(Canonical("spherical:b+a"), "spherical:a+b");
  EXPECT_NE(*ParseBlend("spherical:a+b"), *ParseBlend("a+b"));
}

TEST(BlendTest, SaysWhatIsWrong) {
  for (const std::string_view text : {"",
                                      "+",
                                      "a+",
                                      "a(",
                                      "a()",
                                      "a(x)",
                                      "a(2",
                                      "a(nan)",
                                      "a(inf)",
                                      "a(2)x",
                                      "(2)",
                                      "a b",
                                      "2",
                                      "a..4",
                                      "a*",
                                      "a:",
                                      "a|",
                                      "|a",
                                      "a|b|c",
                                      "a(1)+b(-1)",
                                      "a(1e-320)+a(1e-320)",
                                      "a(1e308)",
                                      "a(0)",
                                      "a-b(2)",
                                      "spherical:a(2)-b",
                                      "a(2)(3)",
                                      "../a",
                                      "a/b",
                                      "4*",
                                      ".4",
                                      "--a"}) {
    EXPECT_EQ(ParseBlend(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_THAT(ParseBlend("af_heart(x)").status().message(), HasSubstr("a weight is a number"));
  std::string many = "a";
  for (int i = 0; i < 20; ++i) many += "+b";
  EXPECT_THAT(ParseBlend(many).status().message(), HasSubstr("at most 16"));
}

}  // namespace
}  // namespace litetts::model
