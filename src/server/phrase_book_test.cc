#include "server/phrase_book.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace litetts::server {
namespace {

double g_now = 1e9;

class WarningLog : public LogSink {
 public:
  void Write(LogLevel level, std::string_view message) override {
    if (level >= LogLevel::kWarning) text += std::string(message) + "\n";
  }
  std::string text;
};

Phrase Of(const std::string& phonemes, const std::string& voice = "af_heart", double speed = 1) {
  return {.phonemes = phonemes, .voice = voice, .speed = speed};
}

class PhraseBookTest : public testing::Test {
 protected:
  void SetUp() override {
    g_now = 1e9;
    path_ =
        (std::filesystem::temp_directory_path() / Concat("litetts-phrases-", getpid())).string();
    std::filesystem::remove(path_);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  PhraseBook Open(size_t max_phrases = 10, bool is_kept = true) {
    return PhraseBook({.max_phrases = max_phrases,
                       .path = is_kept ? path_ : std::string(),
                       .now = [] { return g_now; }},
                      log_);
  }
  static void Ask(PhraseBook& book, const Phrase& phrase, int count) {
    for (int i = 0; i < count; ++i) book.Count(phrase);
  }
  // In the order in which they would be spoken.
  static std::string Order(PhraseBook& book) {
    std::string order;
    while (const auto phrase = book.Next()) {
      order += phrase->phonemes;
      book.MarkSpoken(*phrase);
    }
    return order;
  }

  std::string path_;
  WarningLog log_;
};

TEST_F(PhraseBookTest, SpeaksWhatWasAskedForMostAndMoreThanOnce) {
  PhraseBook book = Open();
  Ask(book, Of("a"), 2);
  Ask(book, Of("b"), 3);
  Ask(book, Of("c"), 1);
  EXPECT_EQ(Order(book), "");  // in the caches, since they were just asked for
  book.ForgetSpoken();
  EXPECT_EQ(book.stats().num_phrases, 2u);
  EXPECT_EQ(book.stats().num_waiting, 2u);
  EXPECT_EQ(Order(book), "ba");
  EXPECT_EQ(book.stats().num_waiting, 0u);
}

TEST_F(PhraseBookTest, TellsVoicesAndSpeedsApart) {
  PhraseBook book = Open();
  for (const Phrase& phrase : {Of("a"), Of("a", "af_sky"), Of("a", "af_heart", 1.5)}) {
    Ask(book, phrase, 2);
  }
  EXPECT_EQ(book.stats().num_phrases, 3u);
  EXPECT_EQ(book.Clear("af_sky"), 1u);
  EXPECT_EQ(book.stats().num_phrases, 2u);
  EXPECT_EQ(book.Clear(""), 2u);
}

TEST_F(PhraseBookTest, ForgetsWhatNobodyAsksForAnyMore) {
  PhraseBook book = Open();
  Ask(book, Of("a"), 4);
  g_now += PhraseBook::kHalfLifeSeconds;
  Ask(book, Of("b"), 3);
  book.ForgetSpoken();
  EXPECT_EQ(Order(book), "ba");  // 3 and 4 / 2
  g_now += PhraseBook::kHalfLifeSeconds;
  EXPECT_EQ(book.stats().num_phrases, 1u);
}

TEST_F(PhraseBookTest, IsBounded) {
  PhraseBook book = Open(10);
  Ask(book, Of("often"), 9);
  for (int i = 0; i < 1000; ++i) Ask(book, Of(Concat("x", i)), 2);
  EXPECT_EQ(book.stats().num_phrases, 10u);
  book.ForgetSpoken();
  EXPECT_EQ(book.Next()->phonemes, "often");
  EXPECT_LE(book.Clear(""), 50u);
  book.Count(Of(std::string(PhraseBook::kMaxPhraseBytes + 1, 'x')));
  EXPECT_EQ(book.Clear(""), 0u);
  PhraseBook none = Open(0);
  Ask(none, Of("a"), 3);
  EXPECT_EQ(none.Clear(""), 0u);
}

TEST_F(PhraseBookTest, RemembersOverRestarts) {
  {
    PhraseBook book = Open();
    Ask(book, Of("a\"ˈ", "af_heart(2)+af_sky", 1.25), 3);
    Ask(book, Of("b"), 1);
    ASSERT_TRUE(book.Save().ok());
  }
  PhraseBook book = Open();
  EXPECT_EQ(book.stats().num_phrases, 1u);
  EXPECT_EQ(book.Next(), Of("a\"ˈ", "af_heart(2)+af_sky", 1.25));
  std::filesystem::remove(path_);
  ASSERT_TRUE(book.Save().ok());
  EXPECT_FALSE(std::filesystem::exists(path_));  // nothing is new
  PhraseBook in_memory = Open(10, /*is_kept=*/false);
  Ask(in_memory, Of("a"), 3);
  EXPECT_TRUE(in_memory.Save().ok());
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(log_.text, "");
}

TEST_F(PhraseBookTest, ReplacesADamagedFile) {
  for (const char* text :
       {"", "{", "[]", R"({"format":"other","version":1,"phrases":[]})",
        R"({"format":"litetts-learned-phrases","version":1,"phrases":[{"phonemes":1}]})",
        R"({"format":"litetts-learned-phrases","version":1,"phrases":[{"phonemes":"a","voice":"b",)"
        R"("speed":1,"count":-1,"time":1}]})"}) {
    std::ofstream(path_) << text;
    log_.text.clear();
    PhraseBook book = Open();
    EXPECT_NE(log_.text.find("is not used"), std::string::npos) << text;
    EXPECT_EQ(book.stats().num_phrases, 0u);
    Ask(book, Of("a"), 2);
    ASSERT_TRUE(book.Save().ok());
    EXPECT_EQ(Open().stats().num_phrases, 1u);
  }
}

TEST_F(PhraseBookTest, AFolderThatIsNotThereIsSaid) {
  PhraseBook book({.max_phrases = 5, .path = "/nonexistent/phrases.json"}, log_);
  Ask(book, Of("a"), 2);
  EXPECT_EQ(book.Save().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace litetts::server
