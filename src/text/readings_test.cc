// Whole lines of tests/data: what a careful reader says, alone and among other sentences.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "text/code_point.h"
#include "text/normalise.h"

namespace litetts::text {
namespace {

struct Line {
  std::string text;
  std::vector<std::string> readings;  // equally good
};

// What counts when words are compared: small letters, no spaces or signs.
std::string Letters(std::string_view spoken) {
  std::string letters;
  for (size_t pos = 0; pos < spoken.size();) {
    const CodePoint c = DecodeUtf8(spoken, pos);
    pos += c.size;
    if (c.value < 0x80 &&
        (IsAsciiLower(static_cast<char>(c.value)) || IsAsciiUpper(static_cast<char>(c.value)))) {
      letters += static_cast<char>(c.value | 0x20U);
    }
  }
  return letters;
}

std::vector<Line> ReadLines(const std::string& name) {
  std::vector<Line> lines;
  std::ifstream file(LITETTS_TEST_DATA "/" + name);
  std::string row;
  while (std::getline(file, row)) {
    const size_t tab = row.find('\t');
    if (row.starts_with("# Text") || row.starts_with("# program") || tab == std::string::npos)
      continue;
    Line line;
    line.text = row.substr(0, tab);
    for (size_t at; (at = line.text.find("\\n")) != std::string::npos;)
      line.text.replace(at, 2, "\n");
    for (size_t begin = tab + 1; begin <= row.size();) {
      const size_t end = std::min(row.find('|', begin), row.size());
      line.readings.push_back(Letters(row.substr(begin, end - begin)));
      begin = end + 1;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string Spoken(std::string_view text, Locale locale) {
  NormaliseOptions options;
  options.locale = locale;
  return JoinSpoken(Normalise(text, options).segments);
}

struct Set {
  const char* file;
  Locale locale;
  size_t least_lines;
  double least_percent;
};

class ReadingsTest : public testing::TestWithParam<Set> {};

TEST_P(ReadingsTest, LinesAreReadWell) {
  const Set& set = GetParam();
  const std::vector<Line> lines = ReadLines(set.file);
  ASSERT_GE(lines.size(), set.least_lines);
  size_t num_right = 0;
  std::string wrong;
  for (const Line& line : lines) {
    const std::string spoken = Spoken(line.text, set.locale);
    const std::string letters = Letters(spoken);
    const bool is_right = std::ranges::find(line.readings, letters) != line.readings.end();
    num_right += is_right ? 1 : 0;
    if (!is_right) wrong += line.text + "\n    " + spoken + "\n";
  }
  RecordProperty("right", static_cast<int>(num_right));
  const double percent = 100.0 * static_cast<double>(num_right) / static_cast<double>(lines.size());
  EXPECT_GE(percent, set.least_percent) << num_right << " of " << lines.size() << "\n" << wrong;
}

TEST_P(ReadingsTest, SentencesAroundChangeNothing) {
  struct Carrier {
    std::string_view before;
    std::string_view behind;
  };
  static constexpr std::array<Carrier, 5> kCarriers = {{
      {"The weather was fine all week. ", " Nobody said a word about it."},
      {"What a day! ", " And so the story ends."},
      {"Are you sure? ", " We can talk about it later."},
      {"(She had been waiting there.) ", " He took his coat and left."},
      {"Everyone knows that story. ", " \"I remember,\" he said."},
  }};
  for (const Line& line : ReadLines(GetParam().file)) {
    // A list or a heading is one by its place at the start of a line.
    const bool is_block = line.text.find('\n') != std::string::npos;
    const bool is_sentence = std::string_view(".!?").find(line.text.back()) != std::string::npos;
    if (is_block || !is_sentence) continue;
    const std::string alone = Spoken(line.text, GetParam().locale);
    for (const Carrier& carrier : kCarriers) {
      const std::string text =
          std::string(carrier.before) + line.text + std::string(carrier.behind);
      EXPECT_EQ(Spoken(text, GetParam().locale),
                std::string(carrier.before) + alone + std::string(carrier.behind));
    }
  }
}

TEST_P(ReadingsTest, WhatIsSpokenIsReadAsItIs) {
  for (const Line& line : ReadLines(GetParam().file)) {
    const std::string spoken = Spoken(line.text, GetParam().locale);
    EXPECT_EQ(Spoken(spoken, GetParam().locale), spoken) << line.text;
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, ReadingsTest,
                         testing::Values(Set{"normalise_cases.tsv", Locale::kEnUs, 79, 100.0},
                                         Set{"readings_en_us.tsv", Locale::kEnUs, 400, 99.5},
                                         Set{"readings_en_gb.tsv", Locale::kEnGb, 60, 100.0}),
                         [](const auto& set) {
                           std::string name = set.param.file;
                           name.resize(name.find('.'));
                           return name;
                         });

}  // namespace
}  // namespace litetts::text
