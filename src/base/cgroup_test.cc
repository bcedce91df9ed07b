#include "base/cgroup.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace litetts {
namespace {

class CgroupTest : public testing::Test {
 protected:
  CgroupTest() {
    std::string folder = testing::TempDir() + "cgroup_test.XXXXXX";
    root_ = mkdtemp(folder.data());
  }
  ~CgroupTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  std::string root_;
};

TEST_F(CgroupTest, TakesTheTightestOfTheGroupAndThoseAbove) {
  Write("/proc/self/cgroup", "0::/system.slice/litetts.service\n");
  Write("/sys/fs/cgroup/system.slice/cpu.max", "150000 100000\n");
  Write("/sys/fs/cgroup/system.slice/litetts.service/cpu.max", "max 100000\n");
  Write("/sys/fs/cgroup/system.slice/memory.max", "max\n");
  Write("/sys/fs/cgroup/system.slice/litetts.service/memory.max", "1073741824\n");
  const CgroupLimits limits = ReadCgroupLimits(root_);
  EXPECT_DOUBLE_EQ(limits.cpus, 1.5);
  EXPECT_EQ(limits.memory_bytes, size_t{1} << 30);
}

TEST_F(CgroupTest, TakesThatOfTheRootInAContainer) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_DOUBLE_EQ(ReadCgroupLimits(root_).cpus, 4.0);
}

TEST_F(CgroupTest, ReadsVersion1) {
  Write("/proc/self/cgroup", "5:cpu,cpuacct:/docker/a\n4:memory:/docker/a\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us", "200000\n");
  Write("/sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_period_us", "100000\n");
  Write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n");
  const CgroupLimits limits = ReadCgroupLimits(root_);
  EXPECT_DOUBLE_EQ(limits.cpus, 2.0);
  EXPECT_EQ(limits.memory_bytes, size_t{512} << 20);
}

TEST_F(CgroupTest, HasNoLimitsWhereNoneAreSet) {
  Write("/proc/self/cgroup", "0::/../elsewhere\nnonsense\n5:cpu:/\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  Write("/sys/fs/cgroup/cpu.max", "max 100000\n");
  const CgroupLimits limits = ReadCgroupLimits(root_);
  EXPECT_EQ(limits.cpus, 0.0);
  EXPECT_EQ(limits.memory_bytes, 0u);
}

}  // namespace
}  // namespace litetts
