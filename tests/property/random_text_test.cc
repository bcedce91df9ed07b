// Whatever bytes come in, the text side hands the network what it can speak, and says what it could
// not. Needs the English data of HomeFolder().
#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "base/file.h"
#include "model/vocabulary.h"
#include "text/frontend.h"

namespace litetts::text {
namespace {

constexpr int kNumTexts = 10000;

// Bytes, pieces of text that mean something to some stage, or both. Each length class occurs.
std::string RandomText(std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {
      "the ",  "$5.00", "1,234",        "Dr. ",  "e.g.",    "[pause:1s]", "[x](/a/)",
      "[[h]]", "<b>",   "https",        "://a.", "b@c.de",  "XIV",        "½",
      "漢字",  "😀",     "\xe2\x80\x8f", "\n\n",  "'s",      "12:30",      "-",
      "...",   "?!",    "\\",           "%",     "a\u0301", "\u00a0"};
  const auto below = [&](size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random);
  };
  std::string text;
  const size_t size = below(4) == 0 ? below(300) : below(30);
  const bool has_bytes = below(3) != 0;
  const bool has_pieces = below(3) != 0;
  while (text.size() < size) {
    if (has_bytes || !has_pieces) text.push_back(static_cast<char>(below(256)));
    if (has_pieces) text += kPieces[below(std::size(kPieces))];
  }
  return text;
}

void ExpectSpeakable(const Analysis& analysis) {
  for (const Chunk& chunk : analysis.chunks) {
    EXPECT_FALSE(chunk.ids.empty());
    EXPECT_LE(chunk.ids.size(), model::kMaxTokens);
    for (const int32_t id : chunk.ids) {
      EXPECT_GT(id, model::kPadId);
      EXPECT_LT(id, model::kVocabularySize);
    }
    EXPECT_GE(chunk.pause_after_seconds, 0.0);
    size_t end = 0;
    for (const Token& token : chunk.tokens) {
      EXPECT_LE(token.begin, token.end);
      EXPECT_LE(token.end, analysis.text.size());
      EXPECT_GE(token.end, end);
      end = token.end;
    }
  }
}

TEST(RandomTextTest, TenThousandByteStringsBecomeSpeakableChunks) {
  const std::string path = HomeFolder() + "/english.safetensors";
  const Result<Frontend> frontend = Frontend::Load(path);
  if (frontend.status().code() == StatusCode::kNotFound) {
    GTEST_SKIP() << path << " is missing; ./quickstart makes it";
  }
  ASSERT_TRUE(frontend.ok()) << frontend.status().message();
  std::mt19937 random(20);
  int num_spoken = 0;
  for (int i = 0; i < kNumTexts; ++i) {
    const std::string text = RandomText(random);
    SCOPED_TRACE(testing::Message() << "text " << i << ": " << testing::PrintToString(text));
    const Result<Analysis> analysis =
        frontend->Analyse(text, {.locale = i % 2 == 0 ? Locale::kEnUs : Locale::kEnGb,
                                 .markup = i % 3 != 0,
                                 .input_is_phonemes = i % 5 == 0});
    ASSERT_TRUE(analysis.ok()) << analysis.status().message();
    ExpectSpeakable(*analysis);
    if (HasFailure()) return;  // one text is enough to look at
    num_spoken += analysis->chunks.empty() ? 0 : 1;
  }
  EXPECT_GT(num_spoken, kNumTexts / 2);  // else the texts test nothing
}

}  // namespace
}  // namespace litetts::text
