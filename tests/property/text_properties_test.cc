// What holds of every text: what is spoken is words and punctuation, reads as itself, knows its
// bytes, leaves no letters out unreported, and takes time in proportion to the text.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "text/code_point.h"
#include "text/frontend.h"
#include "text/normalise.h"

namespace litetts::text {
namespace {

// The texts of tests/data: passages, and the first column of the sets of readings.
std::vector<std::string> RealTexts() {
  std::vector<std::string> texts;
  const std::string folder = LITETTS_TEST_DATA;
  std::ifstream passages(folder + "/passages.txt");
  std::string line, text;
  while (std::getline(passages, line)) {
    if (line == "%%") {
      texts.push_back(std::exchange(text, {}));
    } else {
      text += line + "\n";
    }
  }
  texts.push_back(text);
  for (const char* name : {"/normalise_cases.tsv", "/readings_en_us.tsv", "/readings_en_gb.tsv"}) {
    std::ifstream rows(folder + name);
    while (std::getline(rows, line)) {
      std::string cell = line.substr(0, line.find('\t'));
      for (size_t at; (at = cell.find("\\n")) != std::string::npos;) cell.replace(at, 2, "\n");
      texts.push_back(std::move(cell));
    }
  }
  return texts;
}

// Sentences of words, numbers and signs in any order, with or without abbreviations that only
// their neighbours explain.
std::string RandomSentence(std::mt19937& random, bool has_abbreviations) {
  static constexpr std::string_view kPieces[] = {
      "the",  "He",    "in",    "and", "A",     "$5",   "3/4",  "1,234", "12:30", "10kg", "km",
      "#1",   "50%",   "x",     "=",   "-3",    "2-3",  "U.S.", "e.g.",  "B12",   "H2O",  "(",
      ")",    "—",     "...",   "?",   "1990s", "'90s", "a.m.", "&",     "C++",   "@joe", "~5",
      "½",    "€20",   "5.5.5", "1e9", "007",   "of",   "Nf3",  "w/o",   "7th",   "10x",  "°C",
      "cafe", "don't", ",",     ".",   "\n",    "\n\n", "naïve"};
  static constexpr std::string_view kAbbreviations[] = {
      "May", "Dr.", "St.", "IV", "No.", "M", "SW", "Sat.", "Ctrl+", "O-O", "Hwy 9", "5'10\""};
  std::string text;
  for (size_t left = 1 + random() % 12; left > 0; --left) {
    const bool is_abbreviation = has_abbreviations && random() % 4 == 0;
    const std::string_view piece = is_abbreviation
                                       ? kAbbreviations[random() % std::size(kAbbreviations)]
                                       : kPieces[random() % std::size(kPieces)];
    if (piece != "," && piece != "." && piece != "?" && piece != ")") text += ' ';
    text += piece;
  }
  return text;
}

bool IsSpeakable(char32_t c) {
  if (IsLetter(c) || IsCombining(c)) return true;
  return std::u32string_view(U" .,;:!?…\"'“”‘’()-–—").find(c) != std::u32string_view::npos;
}

void ExpectWordsOnly(std::string_view spoken) {
  for (size_t pos = 0; pos < spoken.size();) {
    const CodePoint c = DecodeUtf8(spoken, pos);
    pos += c.size;
    EXPECT_TRUE(IsSpeakable(c.value)) << "U+" << std::hex << static_cast<uint32_t>(c.value);
  }
}

void ExpectOffsets(std::string_view text, const SpokenText& result) {
  size_t end = 0;
  for (const Segment& segment : result.segments) {
    EXPECT_LE(end, segment.begin);
    EXPECT_LE(segment.begin, segment.end);
    EXPECT_LE(segment.end, text.size());
    end = segment.end;
  }
}

// Tags, entities and addresses of links are mark-up; everything else that has letters is spoken.
void ExpectLettersSpoken(std::string_view text, const SpokenText& result) {
  if (!result.warnings.empty()) return;
  std::vector<bool> is_spoken(text.size(), false);
  for (const Segment& segment : result.segments) {
    std::fill(is_spoken.begin() + static_cast<std::ptrdiff_t>(segment.begin),
              is_spoken.begin() + static_cast<std::ptrdiff_t>(segment.end), true);
  }
  bool is_tag = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<' || text[i] == '&') is_tag = true;
    if (text[i] == '>' || text[i] == ';' || text[i] == ' ') is_tag = false;
    if (IsAsciiLetter(text[i]) && !is_tag && !is_spoken[i]) {
      // Of an emoticon: ":D"
      const bool is_face = i > 0 && (text[i - 1] == ':' || text[i - 1] == ';');
      EXPECT_TRUE(is_face) << "the letter at " << i << " vanished";
      return;
    }
  }
}

void ExpectProperties(const std::string& text, Locale locale, bool is_idempotent = true) {
  SCOPED_TRACE(testing::PrintToString(text));
  NormaliseOptions options;
  options.locale = locale;
  const SpokenText result = Normalise(text, options);
  const std::string spoken = JoinSpoken(result.segments);
  ExpectWordsOnly(spoken);
  ExpectOffsets(text, result);
  if (is_idempotent) {
    EXPECT_EQ(JoinSpoken(Normalise(spoken, options).segments), spoken) << "not idempotent";
  }
  ExpectLettersSpoken(text, result);
}

TEST(TextPropertiesTest, RealTexts) {
  const std::vector<std::string> texts = RealTexts();
  ASSERT_GT(texts.size(), 500u);
  for (const std::string& text : texts) {
    ExpectProperties(text, Locale::kEnUs);
    ExpectProperties(text, Locale::kEnGb);
  }
}

TEST(TextPropertiesTest, RandomSentences) {
  std::mt19937 random(4);
  for (int i = 0; i < 20000; ++i) {
    const bool has_abbreviations = i % 4 < 2;
    ExpectProperties(RandomSentence(random, has_abbreviations),
                     i % 2 == 0 ? Locale::kEnUs : Locale::kEnGb, !has_abbreviations);
    if (HasFailure()) return;  // that is enough to look at
  }
}

// Texts that tempt a rule to look far: the time for 400 kB is at most a few times twenty times that
// for 20 kB. Processor time: others may be at work.
class LinearTimeTest : public testing::TestWithParam<const char*> {};

TEST_P(LinearTimeTest, TenTimesTheTextTakesTenTimesTheTime) {
  const auto seconds = [](std::string_view piece, size_t size) {
    std::string text;
    while (text.size() < size) text += piece;
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
      const std::clock_t start = std::clock();
      Normalise(text, {});
      best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    return best;
  };
  const double small = seconds(GetParam(), 20'000);
  const double large = seconds(GetParam(), 400'000);
  // 20 times the text; a quadratic rule would take 400 times as long.
  EXPECT_LT(large, 80.0 * small + 0.02) << small << " s, then " << large << " s";
}

INSTANTIATE_TEST_SUITE_P(Pieces, LinearTimeTest,
                         testing::Values("The cat sat on the mat, and the dog ran off. ", "1", "1,",
                                         "1.", "1-", "a", "a.", "a/", "A ", "(", "[", "[[", "<",
                                         "<b>", "&", "`", "```\n", "*", "_", "#", "\"", "'", "$",
                                         "1 ", "x1", "http://", "@", "\n", "- ", "| ", "[a](",
                                         "spell(", "1/2 ", "\xff", "é", "e\u0301", "😀", ":)", "1½-",
                                         "1-1½-", "Mon-Tue-", "/)]", "123 ", "Dr. 😀"));

// One word of many parts, all the way to phonemes. Processor time: others may be at work.
TEST(TextPropertiesTest, LongCompoundsTakeLinearTime) {
  const std::string path = HomeFolder() + "/english.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing; ./quickstart makes it";
  const auto frontend = Frontend::Load(path);
  ASSERT_TRUE(frontend.ok());
  for (const std::string_view piece : {"ab-", "aB", "a_", "x'y-"}) {
    const auto seconds = [&](size_t size) {
      std::string text;
      while (text.size() < size) text += piece;
      const std::clock_t start = std::clock();
      EXPECT_TRUE(frontend->Analyse(text, {}).ok());
      return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    };
    const double small = std::min(seconds(6'000), seconds(6'000));
    const double large = seconds(96'000);
    // 16 times the text; what looks at all parts for each takes 256 times as long.
    EXPECT_LT(large, 60.0 * small + 0.1) << piece << ' ' << small << " s, then " << large << " s";
  }
}

// The whole way to phonemes, 1 MB of prose and of bytes.
TEST(TextPropertiesTest, AMegabyteIsRead) {
  const std::string path = HomeFolder() + "/english.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is missing; ./quickstart makes it";
  const auto frontend = Frontend::Load(path);
  ASSERT_TRUE(frontend.ok());
  std::mt19937 random(9);
  std::string bytes;
  while (bytes.size() < 1'000'000) bytes += static_cast<char>(random() % 256);
  std::string prose;
  const std::vector<std::string> texts = RealTexts();
  while (prose.size() < 1'000'000) prose += texts[random() % texts.size()] + "\n\n";
  const std::pair<const char*, std::string> kinds[] = {{"noise", bytes}, {"text", prose}};
  for (const auto& [name, text] : kinds) {
    for (const size_t size : {10'000u, 100'000u, 1'000'000u}) {
      const double start = NowSeconds();
      ASSERT_TRUE(frontend->Analyse(std::string_view(text).substr(0, size), {}).ok());
      const double seconds = NowSeconds() - start;
      std::printf("%7zu bytes of %s: %.3f s\n", size, name, seconds);
    }
  }
}

}  // namespace
}  // namespace litetts::text
