#include "server/preloader.h"

#include <gtest/gtest.h>

#include "base/cpu.h"

namespace litetts::server {
namespace {

void AwaitDone(const Preloader& preloader) {
  const double begin = NowSeconds();
  while (!preloader.stats().is_done && NowSeconds() - begin < 20) std::this_thread::yield();
  ASSERT_TRUE(preloader.stats().is_done);
}

TEST(PreloaderTest, SpeaksThePhrasesInOrder) {
  std::vector<std::string> spoken;
  Preloader preloader;
  preloader.Start({.max_seconds = 100, .idle_seconds = 0},
                  {.is_idle = [] { return true; },
                   .has_room = [] { return true; },
                   .speak =
                       [&](const std::string& phrase, const std::atomic<bool>&) {
                         spoken.push_back(phrase);
                         return phrase == "b" ? Internal("no") : OkStatus();
                       }},
                  {"a", "b", "c"});
  AwaitDone(preloader);
  EXPECT_EQ(spoken, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(preloader.stats().num_spoken, 2u);
}

TEST(PreloaderTest, GivesWayAndSpeaksThePhraseAgain) {
  std::atomic<int> num_begun = 0;
  Preloader preloader;
  preloader.Start({.max_seconds = 100, .idle_seconds = 0},
                  {.is_idle = [] { return true; },
                   .has_room = [] { return true; },
                   .speak =
                       [&](const std::string&, const std::atomic<bool>& cancel) {
                         if (++num_begun > 1) return OkStatus();
                         while (!cancel) std::this_thread::yield();
                         return Cancelled("a request came");
                       }},
                  {"a"});
  while (num_begun == 0) std::this_thread::yield();
  preloader.Yield();
  AwaitDone(preloader);
  EXPECT_EQ(num_begun, 2);
  EXPECT_EQ(preloader.stats().num_interrupted, 1u);
  EXPECT_EQ(preloader.stats().num_spoken, 1u);
}

TEST(PreloaderTest, WaitsWhileTheServerIsBusy) {
  std::atomic<bool> is_idle = false;
  std::atomic<int> num_looks = 0;
  std::atomic<int> num_spoken = 0;
  Preloader preloader;
  preloader.Start({.max_seconds = 100, .idle_seconds = 0},
                  {.is_idle =
                       [&] {
                         ++num_looks;
                         return is_idle.load();
                       },
                   .has_room = [] { return true; },
                   .speak =
                       [&](const std::string&, const std::atomic<bool>&) {
                         ++num_spoken;
                         return OkStatus();
                       }},
                  {"a"});
  while (num_looks < 3) std::this_thread::yield();
  EXPECT_EQ(num_spoken, 0);
  is_idle = true;
  AwaitDone(preloader);
  EXPECT_EQ(num_spoken, 1);
}

TEST(PreloaderTest, KeepsToItsBudget) {
  int num_spoken = 0;
  const auto speak = [&](const std::string&, const std::atomic<bool>&) {
    const double begin = NowSeconds();
    while (NowSeconds() - begin < 0.02) std::this_thread::yield();  // more than the budget
    ++num_spoken;
    return OkStatus();
  };
  {
    Preloader preloader;
    preloader.Start({.max_seconds = 0.015, .idle_seconds = 0},
                    {[] { return true; }, [] { return true; }, speak}, {"a", "b", "c", "d"});
    AwaitDone(preloader);
    EXPECT_EQ(num_spoken, 1);
  }
  Preloader full;
  full.Start({.max_seconds = 100, .idle_seconds = 0},
             {[] { return true; }, [] { return false; }, speak}, {"a"});
  AwaitDone(full);
  EXPECT_EQ(num_spoken, 1);
}

// What is learned comes first and as it comes; it gives way too.
TEST(PreloaderTest, SpeaksWhatIsLearned) {
  Mutex mutex;
  std::vector<std::string> spoken;
  std::vector<Phrase> waiting = {{.phonemes = "x", .voice = "v"}, {.phonemes = "y", .voice = "v"}};
  bool was_interrupted = false;
  Preloader preloader;
  preloader.Start(
      {.max_seconds = 100, .max_learned_seconds = 100, .idle_seconds = 0, .poll_seconds = 0.001},
      {.is_idle = [] { return true; },
       .has_room = [] { return true; },
       .speak =
           [&](const std::string& phrase, const std::atomic<bool>&) {
             MutexLock lock(mutex);
             spoken.push_back(phrase);
             return OkStatus();
           },
       .next_learned = [&]() -> std::optional<Phrase> {
         MutexLock lock(mutex);
         return waiting.empty() ? std::nullopt : std::optional(waiting.front());
       },
       .speak_learned =
           [&](const Phrase& phrase, const std::atomic<bool>&) {
             MutexLock lock(mutex);
             if (!std::exchange(was_interrupted, true)) return Cancelled("a request came");
             spoken.push_back(phrase.phonemes);
             waiting.erase(waiting.begin());
             return OkStatus();
           }},
      {"a"});
  AwaitDone(preloader);
  {
    MutexLock lock(mutex);
    EXPECT_EQ(spoken, (std::vector<std::string>{"x", "y", "a"}));
    waiting = {{.phonemes = "z", .voice = "v"}};
  }
  const double begin = NowSeconds();
  while (preloader.stats().num_learned < 3 && NowSeconds() - begin < 20) std::this_thread::yield();
  const Preloader::Stats stats = preloader.stats();
  EXPECT_EQ(stats.num_learned, 3u);
  EXPECT_EQ(stats.num_spoken, 1u);
  EXPECT_EQ(stats.num_interrupted, 1u);
}

TEST(PreloaderTest, LearnedPhrasesKeepToTheirBudget) {
  std::atomic<int> num_spoken = 0;
  std::atomic<int> num_asked = 0;
  Preloader preloader;
  preloader.Start({.max_learned_seconds = 0.015, .idle_seconds = 0, .poll_seconds = 0.001},
                  {.is_idle = [] { return true; },
                   .has_room = [] { return true; },
                   .speak = [](const std::string&, const std::atomic<bool>&) { return OkStatus(); },
                   .next_learned = [&]() -> std::optional<Phrase> {
                     ++num_asked;
                     return Phrase{.phonemes = "x", .voice = "v"};
                   },
                   .speak_learned =
                       [&](const Phrase&, const std::atomic<bool>&) {
                         const double begin = NowSeconds();
                         while (NowSeconds() - begin < 0.02) std::this_thread::yield();
                         ++num_spoken;
                         return OkStatus();
                       }},
                  {"common"});
  AwaitDone(preloader);
  const int at_first = num_asked;
  while (num_asked < at_first + 5) std::this_thread::yield();
  EXPECT_EQ(num_spoken, 1);
  EXPECT_EQ(preloader.stats().num_spoken, 0u);
}

TEST(PreloaderTest, EndsWhileItWaits) {
  Preloader preloader;
  preloader.Start({.max_seconds = 100, .idle_seconds = 100},
                  {[] { return false; }, [] { return true; },
                   [](const std::string&, const std::atomic<bool>&) { return OkStatus(); }},
                  {"a"});
  preloader.Stop();
  EXPECT_FALSE(preloader.stats().is_done);
}

}  // namespace
}  // namespace litetts::server
