#include "engine/timings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace litetts::engine {
namespace {

text::Token Word(std::string text, std::string phonemes, size_t begin, std::string whitespace = " ",
                 std::string kind = "word") {
  text::Token token;
  token.end = begin + text.size();
  token.text = std::move(text);
  token.phonemes = std::move(phonemes);
  token.begin = begin;
  token.whitespace = std::move(whitespace);
  token.kind = std::move(kind);
  return token;
}

// A chunk of these tokens, as the front end joins them.
text::Chunk ChunkOf(std::vector<text::Token> tokens) {
  text::Chunk chunk;
  for (const text::Token& token : tokens) chunk.phonemes += token.phonemes + token.whitespace;
  while (chunk.phonemes.ends_with(' ')) chunk.phonemes.pop_back();
  for (const char c : chunk.phonemes) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) chunk.ids.push_back(1);
  }
  chunk.tokens = std::move(tokens);
  return chunk;
}

Timings TimingsOf(const std::vector<text::Chunk>& chunks, double seconds = 0.05) {
  text::Analysis analysis;
  analysis.chunks = chunks;
  TimingCollector collector;
  collector.Start(analysis);
  double end = 0.0;
  for (size_t i = 0; i < chunks.size(); ++i) {
    std::vector<double> edges = {end};
    for (size_t k = 0; k < chunks[i].ids.size() + 2; ++k) edges.push_back(edges.back() + seconds);
    end = edges.back();
    collector.AddChunk(i, edges, end, {});
  }
  collector.Finish(end);
  return collector.timings();
}

TEST(TimingsTest, WordsShareTheSpaceBetweenThem) {
  // 50 ms a symbol: pad 0-50 ms, "h" and "ˈI" to 200 ms, a space, "jˈu" to 400 ms.
  const Timings timings = TimingsOf({ChunkOf({Word("Hi", "hˈI", 0), Word("you", "jˈu", 3, "")})});
  ASSERT_EQ(timings.words.size(), 2u);
  EXPECT_DOUBLE_EQ(timings.words[0].start_seconds, 0.05);
  EXPECT_DOUBLE_EQ(timings.words[0].end_seconds, 0.225);
  EXPECT_DOUBLE_EQ(timings.words[1].start_seconds, 0.225);
  EXPECT_DOUBLE_EQ(timings.words[1].end_seconds, 0.4);
  EXPECT_DOUBLE_EQ(timings.audio_seconds, 0.45);
  EXPECT_EQ(timings.words[1].begin, 3u);
}

TEST(TimingsTest, PhonemesAndSilencesCoverTheAudio) {
  const Timings timings = TimingsOf({ChunkOf({Word("Hi", "hˈI", 0), Word("you", "jˈu", 3, "")}),
                                     ChunkOf({Word("so", "sˌO", 7, "")})});
  std::string phonemes;
  double end = 0.0;
  for (const PhonemeTiming& phoneme : timings.phonemes) {
    phonemes += phoneme.phoneme.empty() ? "_" : phoneme.phoneme;
    EXPECT_EQ(phoneme.start_seconds, end);
    end = phoneme.end_seconds;
  }
  EXPECT_EQ(phonemes, "_hˈI jˈu_sˌO_");
  EXPECT_EQ(end, timings.audio_seconds);
  EXPECT_DOUBLE_EQ(timings.audio_seconds, 0.45 + 0.25);
}

TEST(TimingsTest, MarksBelongToTheDisplayOnly) {
  const Timings timings = TimingsOf(
      {ChunkOf({Word("“", "“", 0, "", "punctuation"), Word("Well", "wˈɛl", 3, ""),
                Word(",", ",", 7, "", "punctuation"), Word("”", "”", 8, " ", "punctuation"),
                Word("no", "nˈO", 12, ""), Word(".", ".", 14, "", "punctuation")})});
  ASSERT_EQ(timings.words.size(), 2u);
  EXPECT_EQ(timings.words[0].text, "Well");
  EXPECT_EQ(timings.words[0].display, "“Well,”");
  EXPECT_FALSE(timings.words[0].ends_sentence);
  EXPECT_EQ(timings.words[1].display, "no.");
  EXPECT_TRUE(timings.words[1].ends_sentence);
}

TEST(TimingsTest, SpokenWordsOfOneWrittenWordAreOne) {
  text::Token five = Word("$5", "fˈIv", 6);
  const text::Token dollars = Word("$5", "dˈɑləɹz", 6, "");
  const Timings timings =
      TimingsOf({ChunkOf({Word("is", "ɪz", 0, ""), Word("n't", "nt", 2), five, dollars})});
  ASSERT_EQ(timings.words.size(), 2u);
  EXPECT_EQ(timings.words[0].text, "isn't");
  EXPECT_EQ(timings.words[0].phonemes, "ɪznt");
  EXPECT_EQ(timings.words[1].text, "$5");
  EXPECT_EQ(timings.words[1].phonemes, "fˈIv dˈɑləɹz");
  EXPECT_EQ(timings.words[1].end, 8u);
}

TEST(TimingsTest, WordsOfMarkUpShowWhatIsSpoken) {
  text::Token given = Word("[word](/wɜɹd/)", "wɜɹd", 0, "", "phonemes");
  given.spoken = "word";
  const Timings timings = TimingsOf({ChunkOf({given})});
  ASSERT_EQ(timings.words.size(), 1u);
  EXPECT_EQ(timings.words[0].text, "word");
}

}  // namespace
}  // namespace litetts::engine
