#include "text/asides.h"

#include <gtest/gtest.h>

#include <string>

namespace litetts::text {
namespace {

std::vector<std::string> Asides(std::string_view text) {
  std::vector<std::string> out;
  for (const ByteRange& range : FindAsides(text)) {
    out.emplace_back(text.substr(range.begin, range.end - range.begin));
  }
  return out;
}

using Strings = std::vector<std::string>;

TEST(AsidesTest, AreWhatBracketsHold) {
  EXPECT_EQ(Asides("Hello (he says softly) there. (Exit.)"),
            (Strings{"(he says softly)", "(Exit.)"}));
  EXPECT_EQ(Asides("(all (or nearly all) left) ok"), (Strings{"(all (or nearly all) left)"}));
  EXPECT_EQ(Asides("\"(whispering) no\""), (Strings{"(whispering)"}));
  EXPECT_EQ(Asides("over\ntwo (lines of\ntext)"), (Strings{"(lines of\ntext)"}));
}

TEST(AsidesTest, AreNotWhatOnlyLooksLikeIt) {
  for (const char* text : {"f(xyz) and word(s)", "[word](/wˈɜɹd/)", "(a) one (42)", ":(",
                           "(never closed", "(not in\n\nthis paragraph)", "", ")(", "()"}) {
    EXPECT_EQ(Asides(text), Strings()) << text;
  }
}

}  // namespace
}  // namespace litetts::text
