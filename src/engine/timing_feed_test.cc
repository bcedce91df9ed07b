#include "engine/timing_feed.h"

#include <gtest/gtest.h>

#include <string>

namespace litetts::engine {
namespace {

constexpr std::string_view kText = "Hi you. Bye!";
constexpr TimingKinds kAll = {
    .words = true, .phonemes = true, .visemes = true, .marks = true, .characters = true};

void AddWord(size_t begin, size_t end, double start_seconds, double end_seconds, Timings& timings) {
  WordTiming word;
  word.begin = begin;
  word.end = end;
  word.start_seconds = start_seconds;
  word.end_seconds = end_seconds;
  timings.words.push_back(word);
}

// After the first of two chunks, and after both.
Timings FirstChunk() {
  Timings timings;
  AddWord(0, 2, 0.1, 0.3, timings);
  AddWord(3, 6, 0.4, 0.7, timings);
  timings.phonemes = {{"", 0.0, 0.1}, {"h", 0.1, 0.3}, {" ", 0.3, 0.4}, {"u", 0.4, 0.7}};
  timings.bookmarks = {{"a", 0.3}};
  timings.audio_seconds = 0.8;
  return timings;
}

Timings BothChunks() {
  Timings timings = FirstChunk();
  AddWord(8, 11, 1.0, 1.4, timings);
  timings.phonemes.push_back({"", 0.7, 1.0});
  timings.phonemes.push_back({"b", 1.0, 1.4});
  timings.phonemes.push_back({"", 1.4, 1.5});
  timings.bookmarks.push_back({"b", 1.4});
  timings.audio_seconds = 1.5;
  return timings;
}

std::string Join(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += part;
  return out;
}

TEST(TimingFeedTest, PiecesAddUpToTheWhole) {
  TimingFeed feed(kAll, kText);
  feed.Add(FirstChunk());
  const TimingPiece first = feed.Take();
  EXPECT_EQ(first.words.size(), 2u);
  EXPECT_EQ(first.phonemes.size(), 4u);
  EXPECT_EQ(first.visemes.size(), 3u);  // the space is part of what is before it
  EXPECT_EQ(first.marks.size(), 1u);
  EXPECT_EQ(Join(first.alignment.characters), "Hi you");
  EXPECT_TRUE(feed.Take().empty());
  feed.Add(BothChunks());
  const TimingPiece last = feed.TakeEnd();
  EXPECT_EQ(last.words.size(), 1u);
  EXPECT_EQ(last.phonemes.size(), 3u);
  EXPECT_EQ(last.visemes.size(), 3u);
  EXPECT_EQ(last.marks.size(), 1u);
  EXPECT_EQ(Join(last.alignment.characters), ". Bye!");

  const Alignment whole = AlignmentOf(kText, BothChunks());
  std::vector<double> ends = first.alignment.end_seconds;
  ends.insert(ends.end(), last.alignment.end_seconds.begin(), last.alignment.end_seconds.end());
  EXPECT_EQ(ends, whole.end_seconds);
  EXPECT_DOUBLE_EQ(ends.back(), 1.5);
}

TEST(TimingFeedTest, GivesWhatIsAskedForOnly) {
  TimingFeed feed({.marks = true}, kText);
  feed.Add(BothChunks());
  const TimingPiece piece = feed.TakeEnd();
  EXPECT_EQ(piece.marks.size(), 2u);
  EXPECT_TRUE(piece.words.empty() && piece.phonemes.empty() && piece.visemes.empty());
  EXPECT_TRUE(piece.alignment.characters.empty());
  TimingFeed idle({}, kText);
  idle.Add(BothChunks());
  EXPECT_TRUE(idle.TakeEnd().empty());
}

}  // namespace
}  // namespace litetts::engine
