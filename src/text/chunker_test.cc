#include "text/chunker.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "model/vocabulary.h"

namespace litetts::text {
namespace {

// One sound per word: letters are sounds, '.', ',' and so on are sounds of their own.
std::vector<Sound> Sounds(std::string_view text) {
  std::vector<Sound> sounds;
  for (const char c : text) {
    if (c == ' ') {
      sounds.back().space_after = true;
    } else if (c == '\n') {
      sounds.back().paragraph_after = sounds.back().space_after = true;
    } else if (c == '.' || c == ',' || sounds.empty() || sounds.back().space_after) {
      sounds.emplace_back().phonemes = FromUtf8(std::string_view(&c, 1));
    } else {
      sounds.back().phonemes += FromUtf8(std::string_view(&c, 1));
    }
  }
  return sounds;
}

std::string Repeat(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

size_t Size(const std::vector<Sound>& sounds, const ChunkRange& range) {
  size_t size = 0;
  for (size_t i = range.begin; i < range.end; ++i)
    size += sounds[i].phonemes.size() + (sounds[i].space_after ? 1 : 0);
  return size;
}

void ExpectCover(const std::vector<Sound>& sounds, const std::vector<ChunkRange>& chunks) {
  size_t last = 0;
  for (const ChunkRange& chunk : chunks) {
    EXPECT_EQ(chunk.begin, last);
    EXPECT_GT(chunk.end, chunk.begin);
    EXPECT_LE(Size(sounds, chunk), model::kMaxTokens + 1);  // the last space is not spoken
    last = chunk.end;
  }
  EXPECT_EQ(last, sounds.size());
}

TEST(ChunkerTest, NothingGivesNothing) { EXPECT_TRUE(MakeChunks({}, true).empty()); }

TEST(ChunkerTest, ShortSentencesAreJoined) {
  const auto sounds = Sounds("no. no. no. " + Repeat("kata ", 20) + ".");
  const auto chunks = MakeChunks(sounds, true);
  ExpectCover(sounds, chunks);
  EXPECT_EQ(chunks.size(), 1u);
}

TEST(ChunkerTest, LongSentencesStandAlone) {
  const auto sounds = Sounds(Repeat("kata ", 12) + "kata. " + Repeat("kata ", 12) + "kata.");
  const auto chunks = MakeChunks(sounds, true);
  ExpectCover(sounds, chunks);
  ASSERT_EQ(chunks.size(), 2u);
  EXPECT_EQ(chunks[0].joint_after, Joint::kSentence);
  EXPECT_EQ(chunks[0].pause_after_seconds, 0.0);
}

TEST(ChunkerTest, ParagraphsAreNotJoined) {
  const auto sounds = Sounds("no.\nno.");
  const auto chunks = MakeChunks(sounds, true);
  ASSERT_EQ(chunks.size(), 2u);
  EXPECT_EQ(chunks[0].joint_after, Joint::kParagraph);
  EXPECT_EQ(chunks[0].pause_after_seconds, 0.0);
  EXPECT_EQ(chunks[1].pause_after_seconds, 0.0);
}

TEST(ChunkerTest, TooLongSentencesAreCutAtCommas) {
  const auto sounds = Sounds(Repeat("kata ", 13) + "kata, " + Repeat("kata ", 13) + "kata.");
  const auto chunks = MakeChunks(sounds, true);
  ExpectCover(sounds, chunks);
  ASSERT_EQ(chunks.size(), 2u);
  EXPECT_EQ(chunks[0].joint_after, Joint::kClause);
}

TEST(ChunkerTest, NoPieceIsLongerThanTheMemoryAllows) {
  const auto sounds = Sounds(Repeat("kata ", 500) + "kata.");
  const auto chunks = MakeChunks(sounds, true);
  ExpectCover(sounds, chunks);
  for (const ChunkRange& chunk : chunks) EXPECT_LE(Size(sounds, chunk), 180u);
}

// Each piece must be made, at half of real time, before those in front of it have been played.
void ExpectNoListenerWaits(const std::vector<Sound>& sounds) {
  double ahead = 0;  // of the listener
  bool is_first = true;
  for (const ChunkRange& chunk : MakeChunks(sounds, true)) {
    const auto size = static_cast<double>(Size(sounds, chunk));
    if (!std::exchange(is_first, false)) ahead -= size / 2;
    EXPECT_GE(ahead, 0.0);
    ahead += size;
  }
}

TEST(ChunkerTest, TheFirstPieceOfALongTextIsShortAndTheNextOnesGrow) {
  const std::string clause = Repeat("kata ", 6) + "kata, ";
  const auto sounds = Sounds(Repeat(clause + clause + clause + Repeat("kata ", 20) + "kata. ", 6));
  const auto chunks = MakeChunks(sounds, true);
  ExpectCover(sounds, chunks);
  EXPECT_LE(Size(sounds, chunks[0]), 75u);
  EXPECT_EQ(chunks[0].joint_after, Joint::kClause);
  EXPECT_GT(Size(sounds, chunks[chunks.size() - 2]), 90u);
  ExpectNoListenerWaits(sounds);
  ExpectNoListenerWaits(Sounds(Repeat("kata ", 500)));
  ExpectNoListenerWaits(Sounds(Repeat("kata ", 17) + "kata. " + Repeat("kata ", 100) + "kata."));
}

TEST(ChunkerTest, WhatNeedNotSoundSoonIsCutOnlyWhereASentenceIsTooLong) {
  const std::string sentence = Repeat("kata ", 12) + "kata, " + Repeat("kata ", 12) + "kata. ";
  const auto sounds = Sounds(Repeat(sentence, 4));
  const auto chunks = MakeChunks(sounds, false);
  ExpectCover(sounds, chunks);
  EXPECT_EQ(chunks.size(), 4u);
  EXPECT_GT(MakeChunks(sounds, true).size(), 4u);
  const auto endless = Sounds(Repeat("kata ", 500));
  for (const ChunkRange& chunk : MakeChunks(endless, false)) {
    EXPECT_LE(Size(endless, chunk), 180u);
  }
}

TEST(ChunkerTest, WithoutAClauseTheFirstPieceEndsBeforeAPhrase) {
  auto sounds = Sounds(Repeat("kata ", 200));
  sounds[13].begins_phrase = true;
  const auto chunks = MakeChunks(sounds, true);
  EXPECT_EQ(chunks[0].end, 13u);
  EXPECT_EQ(chunks[0].joint_after, Joint::kWord);
}

TEST(ChunkerTest, TheFirstPieceOfALongSentenceIsAsLongAsASentenceOfTwelveWords) {
  for (const int words : {17, 20, 25, 36}) {
    const auto sounds = Sounds(Repeat("kata ", words) + "kata. " + Repeat("kata ", 30));
    const auto chunks = MakeChunks(sounds, true);
    ExpectCover(sounds, chunks);
    EXPECT_EQ(Size(sounds, chunks[0]), 60u) << words;
    ExpectNoListenerWaits(sounds);
  }
}

TEST(ChunkerTest, ATextThatIsShortAltogetherIsNotCut) {
  EXPECT_EQ(MakeChunks(Sounds(Repeat("kata ", 12) + "kata, " + Repeat("kata ", 11) + "kata."), true)
                .size(),
            1u);
}

TEST(ChunkerTest, AShortFirstSentenceIsSpokenWithThePieceBehindIt) {
  const auto sounds = Sounds("kata. " + Repeat("kata ", 30) + "kata. " + Repeat("kata ", 80));
  const auto chunks = MakeChunks(sounds, true);
  ExpectCover(sounds, chunks);
  EXPECT_GE(Size(sounds, chunks[0]), 18u);
  EXPECT_LE(Size(sounds, chunks[0]), 75u);
}

TEST(ChunkerTest, WithoutMarksOrSpacesItIsStillCut) {
  std::vector<Sound> sounds(3000);
  for (Sound& sound : sounds) sound.phonemes = FromUtf8("ka");
  ExpectCover(sounds, MakeChunks(sounds, true));
}

TEST(ChunkerTest, AMarkedPauseEndsAChunk) {
  auto sounds = Sounds("no no no.");
  sounds[0].pause_after_seconds = 1.5;
  const auto chunks = MakeChunks(sounds, true);
  ASSERT_EQ(chunks.size(), 2u);
  EXPECT_EQ(chunks[0].pause_after_seconds, 1.5);
}

}  // namespace
}  // namespace litetts::text
