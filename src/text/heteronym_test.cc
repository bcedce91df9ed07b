#include "text/heteronym.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "text/frontend.h"
#include "text/unicode.h"

namespace litetts::text {
namespace {

struct Sentence {
  std::string word;
  std::string phonemes;
  std::string text;
};

std::vector<Sentence> LabelledSentences() {
  std::vector<Sentence> sentences;
  std::ifstream file(LITETTS_TEST_DATA "/heteronyms.txt");
  std::string word, phonemes, line;
  while (std::getline(file, line)) {
    if (line.starts_with("= ")) {
      const size_t space = line.find(' ', 2);
      word = line.substr(2, space - 2);
      phonemes = line.substr(space + 1);
    } else if (!line.empty() && line[0] != '#') {
      sentences.push_back({word, phonemes, line});
    }
  }
  return sentences;
}

// Secondary stress is the compound's affair, and a tap is said as T.
std::string Simplified(std::string phonemes) {
  const auto replace = [&](std::string_view from, std::string_view to) {
    for (size_t at; (at = phonemes.find(from)) != std::string::npos;)
      phonemes.replace(at, from.size(), to);
  };
  replace("ˌ", "");
  replace("ɾ", "T");
  return phonemes;
}

std::string Heard(const Analysis& analysis, std::string_view word) {
  for (const Chunk& chunk : analysis.chunks) {
    for (const Token& token : chunk.tokens) {
      if (Lower(token.text) == word) return token.phonemes;
    }
  }
  return "nothing";
}

class HeteronymTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = HomeFolder() + "/english.safetensors";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    auto frontend = Frontend::Load(path);
    ASSERT_TRUE(frontend.ok()) << frontend.status().ToString();
    frontend_.emplace(std::move(*frontend));
  }
  std::optional<Frontend> frontend_;
};

TEST_F(HeteronymTest, LabelledSentences) {
  const std::vector<Sentence> sentences = LabelledSentences();
  ASSERT_GE(sentences.size(), 300u);
  size_t num_right = 0;
  std::string wrong;
  for (const Sentence& sentence : sentences) {
    const std::string heard = Heard(*frontend_->Analyse(sentence.text, {}), sentence.word);
    if (Simplified(heard) == Simplified(sentence.phonemes)) {
      ++num_right;
    } else {
      wrong += sentence.text + " " + heard + "\n";
    }
  }
  RecordProperty("right", static_cast<int>(num_right));
  EXPECT_GE(num_right * 100, sentences.size() * 95) << wrong;
}

TEST_F(HeteronymTest, TheSentenceIsTheLimit) {
  const std::string text = "He plays the bass. We caught fish in the lake.";
  EXPECT_EQ(Heard(*frontend_->Analyse(text, {}), "bass"), "bˈAs");
}

TEST_F(HeteronymTest, MarkUpWins) {
  EXPECT_EQ(Heard(*frontend_->Analyse("We had [row](/ɹˈO/) about money.", {}), "row"), "ɹˈO");
}

TEST_F(HeteronymTest, BritishSounds) {
  TextOptions options;
  options.locale = Locale::kEnGb;
  EXPECT_EQ(Heard(*frontend_->Analyse("There is a tear in my coat.", options), "tear"), "tˈɛː");
}

}  // namespace
}  // namespace litetts::text
