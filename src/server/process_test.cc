#include "server/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/file.h"
#include "base/memory_pages.h"

namespace litetts::server {
namespace {

using ::testing::ElementsAre;

// What changes the process happens in another one, which must give true.
void ExpectInChild(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(ProcessTest, ReadsListsOfCpus) {
  EXPECT_THAT(*ParseCpuList("0"), ElementsAre(0));
  EXPECT_THAT(*ParseCpuList("8,0-2,1"), ElementsAre(0, 1, 2, 8));
  for (const char* text :
       {"", "a", "0-", "-1", "3-1", "0,", ",0", "0 1", "99999", "0-99999", "1.5", "0--1"}) {
    EXPECT_EQ(ParseCpuList(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
}

TEST(ProcessTest, KeepsToTheCpus) {
  cpu_set_t mask;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(mask), &mask), 0);
  int first = 0;
  while (!CPU_ISSET(first, &mask)) ++first;
  ExpectInChild([&] { return PinToCpus(std::to_string(first)).ok() && UsableCores() == 1; });
  EXPECT_EQ(PinToCpus("1000").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(PinToCpus("x").code(), StatusCode::kInvalidArgument);
}

TEST(ProcessTest, SetsTheNiceLevel) {
  ExpectInChild([] { return SetNiceLevel(19).ok() && ::getpriority(PRIO_PROCESS, 0) == 19; });
}

TEST(ProcessTest, LocksWhatIsMappedOrSaysWhatIsInTheWay) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers lock nothing";
#endif
  const std::string path =
      (std::filesystem::temp_directory_path() / Concat("litetts-process-", getpid())).string();
  std::ofstream(path) << std::string(300000, 'x');
  const Result<MappedFile> file = MappedFile::Open(path);
  ASSERT_TRUE(file.ok());
  const std::vector<std::string> paths = {path, "/nonexistent"};
  ExpectInChild([&] {
    const Result<size_t> locked = LockInMemory(paths, {});
    return locked.ok() && *locked >= 300000 && ReadProcessMemory().locked_bytes >= 300000;
  });
  ExpectInChild([&] {
    const std::vector<std::span<const std::byte>> some = {file->bytes().subspan(200000)};
    const std::vector<std::span<const std::byte>> pages = PagesOf(some);
    const Result<size_t> locked = LockInMemory({}, pages);
    const size_t held = ReadProcessMemory().locked_bytes;
    return locked.ok() && *locked == pages[0].size() && held >= *locked && held < 200000;
  });
  ExpectInChild([&] {  // as a user with a limit that is too low
    const rlimit limit = {4096, 4096};
    if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0) return false;
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return false;
    const Result<size_t> locked = LockInMemory(paths, {});
    return locked.status().code() == StatusCode::kFailedPrecondition &&
           locked.status().message().find("RLIMIT_MEMLOCK is 0 MiB") != std::string::npos &&
           locked.status().message().find("LimitMEMLOCK") != std::string::npos;
  });
  EXPECT_EQ(*LockInMemory(std::vector<std::string>{"/nonexistent"}, {}), 0u);
  std::filesystem::remove(path);
}

TEST(ProcessTest, KnowsItsMemory) {
  const ProcessMemory memory = ReadProcessMemory();
  EXPECT_GT(memory.proportional_bytes, 100000u);
  EXPECT_LE(memory.proportional_bytes, ResidentBytes() * 2);
}

TEST(ProcessTest, HolesBetweenBlocksGoBackToTheSystem) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizers' heaps are others";
#endif
  std::vector<std::string> blocks(1000);
  for (std::string& block : blocks) block.assign(32 << 10, 'x');
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (i % 10 != 0) std::string().swap(blocks[i]);
  }
  const size_t before = ResidentBytes();
  TrimHeaps();
  EXPECT_LT(ResidentBytes() + (20 << 20), before);
}

}  // namespace
}  // namespace litetts::server
