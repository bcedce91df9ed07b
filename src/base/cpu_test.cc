#include "base/cpu.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>

#include <cstring>
#include <vector>

namespace litetts {
namespace {

TEST(CpuTest, CoresFollowTheAffinityMask) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  EXPECT_GE(UsableCores(), 1u);
  EXPECT_LE(UsableCores(), static_cast<size_t>(CPU_COUNT(&before)));
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &before)) {
      CPU_SET(cpu, &one);
      break;
    }
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(UsableCores(), 1u);
  sched_setaffinity(0, sizeof(before), &before);
}

TEST(CpuTest, PeakMemoryIsAtLeastWhatWeTouched) {
  std::vector<char> block(64 << 20, 1);
  EXPECT_GE(PeakResidentBytes(), block.size());
  EXPECT_GE(ResidentBytes(), block.size());
}

TEST(CpuTest, MappedFilesArePartOfWhatIsHeldWithinTheLimit) {
  EXPECT_GT(MappedBytes(), 0u);  // the program itself
  EXPECT_LE(MappedBytes(), ResidentBytes());
  EXPECT_GT(MemoryLimitBytes(), ResidentBytes());
}

TEST(CpuTest, PeakMemoryStartsAgainAfterReset) {
  constexpr size_t kSize = 64 << 20;  // mapped, since a sanitizer's heap keeps what is freed
  void* block = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(block, MAP_FAILED);
  std::memset(block, 1, kSize);
  munmap(block, kSize);
  const size_t before = PeakResidentBytes();
  ResetPeakResidentBytes();
  EXPECT_LE(PeakResidentBytes() + (size_t{32} << 20), before);
}

}  // namespace
}  // namespace litetts
