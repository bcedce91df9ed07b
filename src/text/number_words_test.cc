#include "text/number_words.h"

#include <gtest/gtest.h>

namespace litetts::text {
namespace {

constexpr Locale kUs = Locale::kEnUs;
constexpr Locale kGb = Locale::kEnGb;

TEST(NumberWordsTest, Cardinals) {
  EXPECT_EQ(CardinalWords("0", kUs), "zero");
  EXPECT_EQ(CardinalWords("0017", kUs), "seventeen");
  EXPECT_EQ(CardinalWords("342", kUs), "three hundred forty two");
  EXPECT_EQ(CardinalWords("342", kGb), "three hundred and forty two");
  EXPECT_EQ(CardinalWords("3005", kUs), "three thousand five");
  EXPECT_EQ(CardinalWords("3005", kGb), "three thousand and five");
  EXPECT_EQ(CardinalWords("2000000", kUs), "two million");
  EXPECT_EQ(CardinalWords("1" + std::string(33, '0'), kUs), "one decillion");
  EXPECT_EQ(CardinalWords(std::string(37, '1'), kUs), DigitWords(std::string(37, '1')));
}

TEST(NumberWordsTest, Ordinals) {
  EXPECT_EQ(OrdinalWords("31", kUs), "thirty first");
  EXPECT_EQ(OrdinalWords("12", kUs), "twelfth");
  EXPECT_EQ(OrdinalWords("40", kUs), "fortieth");
  EXPECT_EQ(OrdinalWords("1000", kUs), "one thousandth");
}

TEST(NumberWordsTest, Years) {
  EXPECT_EQ(YearWords("1066", kUs), "ten sixty six");
  EXPECT_EQ(YearWords("1808", kUs), "eighteen oh eight");
  EXPECT_EQ(YearWords("1700", kUs), "seventeen hundred");
  EXPECT_EQ(YearWords("2003", kUs), "two thousand three");
  EXPECT_EQ(YearWords("2003", kGb), "two thousand and three");
  EXPECT_EQ(YearWords("2018", kUs), "twenty eighteen");
}

TEST(NumberWordsTest, CodesDecimalsFractionsPlurals) {
  EXPECT_EQ(CodeWords("707", kUs), "seven oh seven");
  EXPECT_EQ(CodeWords("500", kUs), "five hundred");
  EXPECT_EQ(CodeWords("12345", kUs), "one two three four five");
  EXPECT_EQ(DecimalWords("2", "05", kUs), "two point zero five");
  EXPECT_EQ(DecimalWords("", "5", kUs), "point five");
  EXPECT_EQ(FractionWords("5", "16", kUs), "five sixteenths");
  EXPECT_EQ(FractionWords("9", "0", kUs), "nine over zero");
  EXPECT_EQ(PluralOfWords("nineteen sixty"), "nineteen sixties");
  EXPECT_EQ(PluralOfWords("six"), "sixes");
}

}  // namespace
}  // namespace litetts::text
