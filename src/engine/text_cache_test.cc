#include "engine/text_cache.h"

#include <gtest/gtest.h>

#include <set>

#include "text/user_lexicon.h"

namespace litetts::engine {
namespace {

TEST(TextKeyTest, WhateverTheReadingDependsOnMakesAnotherKey) {
  std::set<std::string> keys;
  const auto add = [&](const text::TextOptions& options) { keys.insert(TextKey("text", options)); };
  text::TextOptions options;
  add(options);
  EXPECT_EQ(TextKey("text", options), *keys.begin());
  keys.insert(TextKey("texts", options));
  for (bool text::CleaningOptions::*flag :
       {&text::CleaningOptions::name_emoji, &text::CleaningOptions::announce_code,
        &text::CleaningOptions::shorten_urls, &text::CleaningOptions::expand_contractions}) {
    text::TextOptions other;
    other.cleaning.*flag = !(other.cleaning.*flag);
    add(other);
  }
  for (bool text::TextOptions::*flag :
       {&text::TextOptions::markup, &text::TextOptions::input_is_phonemes,
        &text::TextOptions::sound_soon}) {
    text::TextOptions other;
    other.*flag = !(other.*flag);
    add(other);
  }
  options.locale = text::Locale::kEnGb;
  add(options);
  for (const char* rule : {"a = b", "a = c"}) {
    auto lexicon = text::UserLexicon::Parse(rule, "test");
    ASSERT_TRUE(lexicon.ok());
    text::TextOptions other;
    other.lexicons = {std::make_shared<const text::UserLexicon>(std::move(*lexicon))};
    add(other);
  }
  for (const text::Asides asides : {text::Asides::kWhisper, text::Asides::kSkip}) {
    text::TextOptions other;
    other.asides = asides;
    add(other);
  }
  EXPECT_EQ(keys.size(), 14u);
}

TEST(AnalysisBytesTest, CountsTheTokens) {
  text::Analysis analysis;
  const size_t empty = AnalysisBytes(analysis);
  analysis.chunks.resize(1);
  analysis.chunks[0].tokens.resize(100);
  analysis.text = std::string(1000, 'x');
  EXPECT_GT(AnalysisBytes(analysis), empty + 1000 + 100 * sizeof(text::Token));
}

}  // namespace
}  // namespace litetts::engine
