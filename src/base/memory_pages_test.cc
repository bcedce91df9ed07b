#include "base/memory_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"

namespace litetts {
namespace {

using Part = std::span<const std::byte>;

class PagesTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = (std::filesystem::temp_directory_path() / Concat("litetts-pages-", getpid())).string();
    for (size_t i = 0; i < kSize; ++i) text_ += static_cast<char>(i * 2654435761u >> 13);
    std::ofstream(path_) << text_;
    Result<MappedFile> file = MappedFile::Open(path_);
    ASSERT_TRUE(file.ok());
    file_.push_back(std::move(file).value());
    bytes_ = file_[0].bytes();
  }
  void TearDown() override { std::filesystem::remove(path_); }

  static constexpr size_t kSize = (size_t{7} << 20) + 1000;
  const size_t page_ = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  std::string path_;
  std::string text_;
  std::vector<MappedFile> file_;
  Part bytes_;
};

TEST_F(PagesTest, RoundsAndJoins) {
  const std::vector<Part> parts = {
      bytes_.subspan(9 * page_ + 5, 10), bytes_.subspan(3, 5),
      bytes_.subspan(page_ - 1, 2),      bytes_.subspan(1, 0),
      bytes_.subspan(4 * page_, page_),  bytes_.subspan(4 * page_ + 7, 20)};
  const std::vector<Part> pages = PagesOf(parts);
  ASSERT_EQ(pages.size(), 3u);
  EXPECT_EQ(pages[0].data(), bytes_.data());
  EXPECT_EQ(pages[0].size(), 2 * page_);
  EXPECT_EQ(pages[1].data(), bytes_.data() + 4 * page_);
  EXPECT_EQ(pages[1].size(), page_);
  EXPECT_EQ(pages[2].data(), bytes_.data() + 9 * page_);
  EXPECT_TRUE(PagesOf({}).empty());
}

TEST_F(PagesTest, CopiesInPlace) {
  const std::vector<Part> parts = {bytes_.subspan(page_, 10), bytes_.subspan(10 * page_)};
  const std::vector<Part> pages = PagesOf(parts);
  for (const Part& each : pages) ASSERT_TRUE(MakePrivate(each).ok());
  EXPECT_EQ(std::memcmp(bytes_.data(), text_.data(), kSize), 0);
  // What is written to the file is seen where nothing was copied only.
  std::fstream(path_, std::ios::in | std::ios::out) << std::string(2 * page_, '#');
  EXPECT_EQ(static_cast<char>(bytes_[0]), '#');
  EXPECT_EQ(std::memcmp(bytes_.data() + page_, text_.data() + page_, page_), 0);

  const Placement placement = PlacementOf(pages);
  EXPECT_EQ(placement.bytes, pages[0].size() + pages[1].size());
  EXPECT_LE(placement.huge_bytes, placement.bytes);
  if (placement.huge_bytes == 0) GTEST_SKIP() << "this system has no huge page to give";
  EXPECT_EQ(placement.huge_bytes % (size_t{2} << 20), 0u);
}

TEST_F(PagesTest, WhatCannotBeCopiedStays) {
  // No address space has room for it.
  EXPECT_EQ(MakePrivate({bytes_.data(), size_t{1} << 62}).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(std::memcmp(bytes_.data(), text_.data(), kSize), 0);
}

}  // namespace
}  // namespace litetts
