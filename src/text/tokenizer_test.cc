#include "text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "text/tagger.h"

namespace litetts::text {
namespace {

using testing::ElementsAre;

class TokenizerTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = HomeFolder() + "/english.safetensors";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    auto file = model::TensorFile::Open(path);
    ASSERT_TRUE(file.ok());
    file_.emplace(std::move(*file));
    auto tokenizer = Tokenizer::Create(*file_);
    ASSERT_TRUE(tokenizer.ok());
    tokenizer_.emplace(std::move(*tokenizer));
    auto tagger = Tagger::Create(*file_);
    ASSERT_TRUE(tagger.ok());
    tagger_.emplace(std::move(*tagger));
  }

  std::vector<std::string> Tokens(std::string_view text) const {
    std::vector<std::string> tokens;
    for (const Word& word : tokenizer_->Tokenize(text)) {
      tokens.emplace_back(text.substr(word.begin, word.end - word.begin));
    }
    return tokens;
  }

  std::vector<std::string> Tags(std::string_view text) const {
    const std::vector<Word> words = tokenizer_->Tokenize(text);
    std::vector<Tag> tags(words.size());
    const TaggerInput input{text, words, tags};
    tagger_->TagParagraphs({&input, 1});
    std::vector<std::string> names;
    for (const Tag tag : tags) names.emplace_back(TagName(tag));
    return names;
  }

  std::optional<model::TensorFile> file_;
  std::optional<Tokenizer> tokenizer_;
  std::optional<Tagger> tagger_;
};

TEST_F(TokenizerTest, ContractionsAreCut) {
  EXPECT_THAT(
      Tokens("I can't, it's Bob's; won’t gonna"),
      ElementsAre("I", "ca", "n't", ",", "it", "'s", "Bob", "'s", ";", "wo", "n’t", "gon", "na"));
}

TEST_F(TokenizerTest, AffixesArePeeledAndInfixesSplit) {
  EXPECT_THAT(Tokens("(\"Hello!\") wait... well-known him/her"),
              ElementsAre("(", "\"", "Hello", "!", "\"", ")", "wait", "...", "well", "-", "known",
                          "him", "/", "her"));
  EXPECT_THAT(
      Tokens("a--b one,two U.S.A. Mr. etc. end."),
      ElementsAre("a", "--", "b", "one", ",", "two", "U.S.A.", "Mr.", "etc", ".", "end", "."));
}

TEST_F(TokenizerTest, AddressesStayWhole) {
  EXPECT_THAT(Tokens("http://x.org/a, a@b.com foo.Bar"),
              ElementsAre("http://x.org/a", ",", "a@b.com", "foo", ".", "Bar"));
}

TEST_F(TokenizerTest, ContractionsWithAnAffixAreJoinedAgain) {
  EXPECT_THAT(Tokens("blast 'em!\""), ElementsAre("blast", "'em", "!", "\""));
}

TEST_F(TokenizerTest, AnyBytesAreCoveredInOrder) {
  const std::string text = "\xff\xfe a\xc3( \xe2\x80\x99s \x01...''\xf0\x9f\x98\x80!--";
  size_t last = 0;
  for (const Word& word : tokenizer_->Tokenize(text)) {
    EXPECT_GE(word.begin, last);
    EXPECT_GT(word.end, word.begin);
    last = word.end;
  }
  EXPECT_EQ(last, text.size());
}

TEST_F(TokenizerTest, TagsAreTheReferenceNetworks) {
  EXPECT_THAT(Tags("I can't read Bob's U.S. report."),
              ElementsAre("PRP", "MD", "RB", "VB", "NNP", "POS", "NNP", "NN", "."));
}

TEST_F(TokenizerTest, ParagraphsDoNotSeeEachOther) {
  const std::string texts[] = {"Close the door", "I read", "the record", "They record"};
  std::vector<std::vector<Word>> words;
  std::vector<std::vector<Tag>> tags;
  for (const std::string& text : texts) {
    words.push_back(tokenizer_->Tokenize(text));
    tags.emplace_back(words.back().size());
  }
  std::vector<TaggerInput> inputs;
  for (size_t i = 0; i < words.size(); ++i) inputs.push_back({texts[i], words[i], tags[i]});
  tagger_->TagParagraphs(inputs);
  for (size_t i = 0; i < words.size(); ++i) {
    std::vector<std::string> names;
    for (const Tag tag : tags[i]) names.emplace_back(TagName(tag));
    EXPECT_EQ(names, Tags(texts[i])) << texts[i];
  }
}

TEST_F(TokenizerTest, LongTextIsTaggedAsOnePiece) {
  // Windows overlap by what the network sees: repeating a sentence gives the same tags in each
  // window.
  const std::string sentence = "The old man records a new record near the wind farm. ";
  std::string text;
  for (int i = 0; i < 100; ++i) text += sentence;
  const std::vector<std::string> tags = Tags(text);
  ASSERT_EQ(tags.size(), 1200u);
  for (size_t i = 24; i < tags.size() - 12; ++i) EXPECT_EQ(tags[i], tags[i - 12]) << i;
}

}  // namespace
}  // namespace litetts::text
