#include "server/hardware.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/status.h"

namespace litetts::server {
namespace {

class HardwareTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::temp_directory_path() / Concat("litetts-hardware-", getpid());
    std::filesystem::remove_all(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void Write(const std::string& path, const std::string& text) const {
    const std::filesystem::path file = root_.string() + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  Finding Find(const std::string& name) const {
    for (const Finding& finding : ExamineHardware({.model_path = root_.string() + "/model",
                                  .data_folder = root_.string(),
                                  .simd_name = "AVX2",
                                  .root = root_.string()})) {
      EXPECT_EQ(finding.is_ok, finding.advice.empty()) << finding.name;
      if (finding.name == name) return finding;
    }
    return {"absent", ""};
  }
  std::filesystem::path root_;
};

TEST_F(HardwareTest, SaysWhatTheSystemSays) {
  Write(
      "/proc/cpuinfo",
      "model name\t: A Processor\nphysical id\t: 0\ncore id\t: 0\n"
      "physical id\t: 0\ncore id\t: 0\nphysical id\t: 0\ncore id\t: 1\nflags\t\t: sse2 avx2 fma\n");
  Write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
  Write("/sys/fs/cgroup/cpu.max", "max 100000\n");
  Write("/proc/stat", "cpu 900 0 0 99 0 0 0 1\n");
  Write("/model", std::string(5000, 'x'));
  EXPECT_EQ(Find("processor").value, "A Processor");
  EXPECT_EQ(Find("instructions").value, "used: AVX2; found: avx2 fma");
  EXPECT_TRUE(Find("instructions").is_ok);
  EXPECT_NE(Find("cores").value.find(" of 2 physical"), std::string::npos);
  EXPECT_TRUE(Find("governor").is_ok);
  EXPECT_TRUE(Find("stolen time").is_ok);
  EXPECT_TRUE(Find("model in page cache").is_ok);
  EXPECT_EQ(Find("turbo").name, "absent");
  EXPECT_EQ(Find("kinds of cores").name, "absent");
  EXPECT_EQ(Find("cgroup quota").value, "none");
  EXPECT_EQ(Find("throttled").name, "absent");
}

TEST_F(HardwareTest, WarnsOfWhatIsSlow) {
  Write("/proc/cpuinfo", "flags\t\t: sse2 ssse3\n");
  Write("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
  Write("/sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  Write("/sys/devices/system/node/online", "0-1\n");
  Write("/sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
  Write("/proc/stat", "cpu 800 0 0 100 0 0 0 100\n");
  Write("/sys/devices/cpu_core/cpus", "0-7\n");
  Write("/sys/devices/cpu_atom/cpus", "8-15\n");
  Write("/sys/fs/cgroup/cpu.max", "150000 100000\n");
  Write("/sys/fs/cgroup/cpu.stat", "nr_periods 100\nnr_throttled 20\nnr_throttled_more 0\n");
  EXPECT_EQ(Find("cgroup quota").value, "1.50 CPUs");
  EXPECT_EQ(Find("throttled").value, "20.0 % of the periods");
  for (const char* name :
       {"kinds of cores", "cgroup quota", "throttled", "instructions", "governor", "turbo",
        "NUMA nodes", "huge pages", "stolen time", "model"}) {
    EXPECT_FALSE(Find(name).is_ok) << name;
  }
}

TEST_F(HardwareTest, AsJson) {
  EXPECT_EQ(FindingsJson({{"a", "b", false, "c"}}),
            R"({"findings":[{"name":"a","value":"b","ok":false,"advice":"c"}]})");
}

}  // namespace
}  // namespace litetts::server
