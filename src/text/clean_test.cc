#include "text/clean.h"

#include <gtest/gtest.h>

namespace litetts::text {
namespace {

std::string Cleaned(std::string_view text) { return Clean(text, {}).text; }

TEST(CleanTest, LeavesPlainTextAlone) {
  const std::string text = "It's a well-known fact (so they say), isn't it? \"Yes\" - 2 * 3 < 7.";
  EXPECT_EQ(Cleaned(text), text);
}

TEST(CleanTest, RepairsUtf8AndReportsIt) {
  const CleanText clean = Clean("caf\xC3 ok \xFF\xFE!", {});
  EXPECT_EQ(clean.text, "caf ok !");
  ASSERT_EQ(clean.warnings.size(), 1u);
  EXPECT_EQ(clean.warnings[0], "3 bytes that are not UTF-8 were left out");
}

TEST(CleanTest, ComposesAndMapsForms) {
  EXPECT_EQ(Cleaned("cafe\u0301"), "caf\u00e9");
  EXPECT_EQ(Cleaned("\uff28\uff49 \ufb01ne \u2163"), "Hi fine IV");
  EXPECT_EQ(Cleaned("\u0663\u0664 H\u2082O"), "34 H2O");
  EXPECT_EQ(Cleaned("a\u200bb\u00adc\ufeff"), "abc");
  EXPECT_EQ(Cleaned("\u2018x\u2019 \u00aby\u00bb"), "'x' \u201cy\u201d");
}

TEST(CleanTest, RemovesHtml) {
  EXPECT_EQ(Cleaned("<p class=\"x\">Tom &amp; <i>Jerry</i></p>"), "Tom & Jerry\x1e");
  EXPECT_EQ(Cleaned("a<!-- hidden -->b &#65;&#x42; &bogus;"), "ab AB &bogus;");
  EXPECT_EQ(Cleaned("if x <y and z> w"), "if x <y and z> w");
  EXPECT_EQ(Cleaned("one<script>var x = 1;</script>two"), "onetwo");
}

// A number names a character that is cleaned as if it stood there itself.
TEST(CleanTest, CleansWhatEntitiesName) {
  EXPECT_EQ(Cleaned("it&#8217;s &#171;x&#187; a&#160;b&#8201;c&#10;d"), "it's “x” a b c d");
  EXPECT_EQ(Cleaned("a&#8203;b&#173;c &#1;d &#65297;&#xFB01;"), "abc d 1fi");
  const CleanText emoji = Clean("x &#128512; y", {});
  ASSERT_EQ(emoji.marks.size(), 1u);
  EXPECT_EQ(emoji.marks[0].type, Mark::Type::kEmoji);
}

TEST(CleanTest, RemovesMarkdown) {
  EXPECT_EQ(Cleaned("## Title\ntext"), "Title\x1etext");
  EXPECT_EQ(Cleaned("a **very *bold*** word, ~~gone~~ and __so__"),
            "a very bold word, gone and so");
  EXPECT_EQ(Cleaned("* one\n* two\n\nthree"), "one\x1etwo\x1ethree");
  EXPECT_EQ(Cleaned("[a link](http://x.org/a_b \"t\") ![pic](p.png)"), "a link pic");
  EXPECT_EQ(Cleaned("| a | b |\n|---|---|\n| c | d |"), " a , b \x1e c , d ");
  EXPECT_EQ(Cleaned("see\n```\nint x;\n```\nthere"), "see\x1e\x01\x1ethere");
  EXPECT_EQ(Cleaned("2 * 3 * 4, snake_case_name, 5*6*7"), "2 * 3 * 4, snake_case_name, 5*6*7");
  EXPECT_EQ(Cleaned("\\*not bold\\*"), "*not bold*");
}

TEST(CleanTest, OffsetsPointIntoTheOriginal) {
  const std::string original = "x &amp; **bold** cafe\u0301!";
  const CleanText clean = Clean(original, {});
  const auto original_of = [&](std::string_view word) {
    const size_t at = clean.text.find(word);
    const size_t begin = clean.offsets.Begin(at);
    return original.substr(begin, clean.offsets.End(at + word.size()) - begin);
  };
  EXPECT_EQ(original_of("&"), "&amp;");
  EXPECT_EQ(original_of("bold"), "bold");
  EXPECT_EQ(original_of("caf\u00e9"), "cafe\u0301");
}

}  // namespace
}  // namespace litetts::text
