#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace litetts {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() : folder_(testing::TempDir() + "/litetts_file_test_" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  size_t NumFiles() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }
  std::string folder_;
};

TEST_F(FileTest, CommitMakesTheFileAppearWhole) {
  auto file = AtomicFile::Create(Path("a"));
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->Write("....world").ok());
  ASSERT_TRUE(file->WriteAt(0, std::as_bytes(std::span("hell", 4))).ok());
  EXPECT_FALSE(std::filesystem::exists(Path("a")));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(*ReadFile(Path("a"), 100), "hellworld");
  EXPECT_EQ(NumFiles(), 1u);
}

TEST_F(FileTest, WithoutCommitNothingIsLeft) {
  {
    auto file = AtomicFile::Create(Path("a"));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Write("half").ok());
  }
  EXPECT_EQ(NumFiles(), 0u);
}

TEST_F(FileTest, ErrorsNameThePathAndTheReason) {
  EXPECT_EQ(MappedFile::Open(Path("missing")).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(MappedFile::Open(folder_).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(AtomicFile::Create(Path("no/such/folder")).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(AtomicFile::Create(folder_).status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(MappedFile::Open(Path("missing")).status().message().find("missing"),
            std::string::npos);
}

TEST_F(FileTest, ADeviceIsNotReplaced) {
  EXPECT_EQ(AtomicFile::Create("/dev/null").status().code(), StatusCode::kInvalidArgument);
}

TEST_F(FileTest, TheModeFollowsTheUmask) {
  const mode_t before = umask(027);
  Result<AtomicFile> file = AtomicFile::Create(Path("a"));
  const bool is_written = file.ok() && file->Commit().ok();
  umask(before);
  ASSERT_TRUE(is_written);
  struct stat info {};
  ASSERT_EQ(stat(Path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0640u);
}

TEST_F(FileTest, ReadFileStopsAtTheLimit) {
  auto file = AtomicFile::Create(Path("a"));
  ASSERT_TRUE(file->Write("0123456789").ok());
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(ReadFile(Path("a"), 9).status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(ReadFile(Path("a"), 10)->size(), 10u);
  EXPECT_EQ(MappedFile::Open(Path("a"))->bytes().size(), 10u);
}

}  // namespace
}  // namespace litetts
