#include "engine/segment_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace litetts::engine {
namespace {

constexpr uint64_t kLimit = SegmentStore::kMinBytes;

// A segment whose content follows from its number.
Segment MakeSegment(int number, size_t num_samples = 24000) {
  Segment segment;
  segment.durations = {number, 1, 2};
  segment.samples.resize(num_samples);
  for (size_t i = 0; i < num_samples; ++i) {
    segment.samples[i] = static_cast<float>(number) + 1e-3f * static_cast<float>(i % 1000);
  }
  segment.voice = number % 2 == 0 ? "af_heart" : "bm_george";
  return segment;
}
std::string KeyOf(int number) { return Concat("key ", number); }

class SegmentStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / Concat("litetts-store-", getpid());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path() const { return (folder_ / "cache/segments.db").string(); }
  std::unique_ptr<SegmentStore> Open(double max_age_seconds = 0.0) {
    auto store = SegmentStore::Open(
        {.path = Path(), .max_bytes = kLimit, .max_age_seconds = max_age_seconds}, NullLogSink());
    EXPECT_TRUE(store.ok()) << store.status().ToString();
    return std::move(*store);
  }
  static void Put(SegmentStore& store, int number, size_t num_samples = 24000) {
    store.Put(KeyOf(number), std::make_shared<const Segment>(MakeSegment(number, num_samples)));
  }
  // What is found is right.
  static bool Has(SegmentStore& store, int number, size_t num_samples = 24000) {
    const std::optional<Segment> found = store.Find(KeyOf(number));
    if (!found) return false;
    const Segment want = MakeSegment(number, num_samples);
    EXPECT_EQ(found->durations, want.durations);
    EXPECT_EQ(found->samples, want.samples);
    EXPECT_EQ(found->voice, want.voice);
    return true;
  }
  uint64_t BytesOnDisk() const {
    uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "cache")) {
      bytes += entry.file_size();
    }
    return bytes;
  }

  std::filesystem::path folder_;
};

TEST_F(SegmentStoreTest, KeepsOverARestart) {
  {
    auto store = Open();
    EXPECT_FALSE(Has(*store, 1));
    Put(*store, 1);
    store->Flush();
    EXPECT_TRUE(Has(*store, 1));
    Put(*store, 2);  // written while it closes
  }
  auto store = Open();
  EXPECT_TRUE(Has(*store, 1));
  EXPECT_TRUE(Has(*store, 2));
  EXPECT_EQ(store->stats().cache.num_hits, 2u);
  EXPECT_EQ(store->stats().cache.num_entries, 2u);
}

TEST_F(SegmentStoreTest, SeveralOpenTheSameFile) {
  auto first = Open();
  auto second = Open();
  Put(*first, 1);
  Put(*second, 2);
  first->Flush();
  second->Flush();
  EXPECT_TRUE(Has(*first, 2));
  EXPECT_TRUE(Has(*second, 1));
}

TEST_F(SegmentStoreTest, TheDiskStaysWithinItsLimit) {
  auto store = Open();
  uint64_t most = 0;
  for (int i = 0; i < 400; ++i) {
    Put(*store, i, 48000);
    if (i % 5 != 0) continue;
    store->Flush();
    most = std::max(most, BytesOnDisk());
  }
  store->Flush();
  most = std::max(most, BytesOnDisk());
  EXPECT_LE(static_cast<double>(most), 1.01 * static_cast<double>(kLimit));
  EXPECT_GE(static_cast<double>(most), 0.8 * static_cast<double>(kLimit));
  EXPECT_GT(store->stats().cache.num_evictions, 200u);
  EXPECT_TRUE(Has(*store, 399, 48000));
  EXPECT_FALSE(Has(*store, 0, 48000));
}

TEST_F(SegmentStoreTest, WhatIsUsedStaysHoweverMuchIsWritten) {
  constexpr size_t kSamples = 250000;  // 29 of 1 MB fit
  auto store = Open();
  for (int i = 0; i < 60; ++i) {
    Put(*store, i, kSamples);
    if (i % 10 != 0) continue;
    store->Flush();
    EXPECT_TRUE(Has(*store, 0, kSamples)) << i;
  }
  store->Flush();
  EXPECT_GT(store->stats().cache.num_evictions, 20u);
  EXPECT_FALSE(Has(*store, 1, kSamples));
}

TEST_F(SegmentStoreTest, WhatIsOldIsNotServed) {
  {
    auto store = Open();
    Put(*store, 1);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  {
    auto store = Open();
    EXPECT_TRUE(Has(*store, 1));
    store->SetMaxAge(0.02);
    EXPECT_FALSE(Has(*store, 1));
  }
  EXPECT_FALSE(Has(*Open(0.02), 1));
  EXPECT_EQ(Open()->stats().cache.num_entries, 0u);
}

TEST_F(SegmentStoreTest, ForgetsByVoice) {
  auto store = Open();
  for (int i = 0; i < 4; ++i) Put(*store, i);
  EXPECT_EQ(*store->Clear("af_heart"), 2u);
  EXPECT_FALSE(Has(*store, 0));
  EXPECT_TRUE(Has(*store, 1));
  EXPECT_EQ(*store->Clear(""), 2u);
}

// Overwrites bytes of a sample in the file, where SQLite has no checksum of its own.
void Damage(const std::string& path, int number) {
  std::string bytes;
  {
    std::ifstream in(path, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  const Segment segment = MakeSegment(number);
  const std::string_view sample(reinterpret_cast<const char*>(segment.samples.data() + 500), 40);
  const size_t at = bytes.find(sample);
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST_F(SegmentStoreTest, ADamagedEntryIsDroppedNotServed) {
  {
    auto store = Open();
    Put(*store, 1);
    Put(*store, 2);
  }
  Damage(Path(), 1);
  auto store = Open();
  EXPECT_EQ(store->Find(KeyOf(1)), std::nullopt);
  EXPECT_EQ(store->stats().num_damaged, 1u);
  EXPECT_TRUE(Has(*store, 2));
  EXPECT_EQ(store->Verify()->num_good, 1u);
}

TEST_F(SegmentStoreTest, VerifyFindsWhatNobodyAskedFor) {
  {
    auto store = Open();
    Put(*store, 1);
    Put(*store, 2);
  }
  Damage(Path(), 2);
  auto store = Open();
  EXPECT_EQ(store->Verify()->num_damaged, 1u);
  EXPECT_EQ(store->Verify()->num_damaged, 0u);
}

TEST_F(SegmentStoreTest, AFileThatIsNoDatabaseBeginsAnew) {
  Open();
  for (const std::string_view content :
       {"no database at all, but long enough to be looked at", ""}) {
    std::ofstream(Path(), std::ios::binary) << content << std::string(8192, 'x');
    auto store = Open();
    Put(*store, 1);
    store->Flush();
    EXPECT_TRUE(Has(*store, 1));
  }
}

TEST_F(SegmentStoreTest, SaysWhatItCannot) {
  EXPECT_EQ(
      SegmentStore::Open({.path = Path(), .max_bytes = 1 << 20}, NullLogSink()).status().code(),
      StatusCode::kInvalidArgument);
  EXPECT_EQ(SegmentStore::Open({.path = "/proc/no/segments.db", .max_bytes = kLimit}, NullLogSink())
                .status()
                .code(),
            StatusCode::kPermissionDenied);
  EXPECT_EQ(
      SegmentStore::Open({.path = Path(), .is_read_only = true}, NullLogSink()).status().code(),
      StatusCode::kNotFound);
}

// A process is killed again and again while it writes; what the next one finds is right.
TEST_F(SegmentStoreTest, SurvivesBeingKilledAHundredTimes) {
  constexpr int kRounds = 100;
  uint64_t num_found = 0;
  for (int round = 0; round < kRounds; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = SegmentStore::Open({.path = Path(), .max_bytes = kLimit}, NullLogSink());
      if (!store.ok()) _exit(3);
      for (int i = round * 1000;; ++i) {
        Put(**store, i % 5000, 24000);
        (*store)->Flush();
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + 7 * (round % 9)));
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the store did not open";
    if (round % 10 != 9) continue;
    auto store = Open();
    const Result<SegmentStore::Check> check = store->Verify();
    ASSERT_TRUE(check.ok()) << check.status().ToString();
    EXPECT_EQ(check->num_damaged, 0u);
    EXPECT_EQ(store->stats().num_damaged, 0u);
    for (int k = 0; k <= round; ++k) num_found += Has(*store, k * 1000 % 5000) ? 1 : 0;
  }
  EXPECT_GT(num_found, 0u);
}

}  // namespace
}  // namespace litetts::engine
