#include "base/cpu.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "base/cgroup.h"
#include "base/thread_pool.h"

namespace litetts {
namespace {

std::string ReadFirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// CPUs in the affinity mask, hyper-threads of one core counted once.
size_t CoresInAffinityMask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return 1;
  std::set<std::pair<std::string, std::string>> cores;  // (package, core)
  size_t unknown = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &mask)) continue;
    const std::string topology = "/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    const std::string core = ReadFirstLine(topology + "core_id");
    if (core.empty()) {
      ++unknown;
    } else {
      cores.emplace(ReadFirstLine(topology + "physical_package_id"), core);
    }
  }
  return std::max<size_t>(cores.size() + unknown, 1);
}

size_t FieldBytes(const char* path, const char* field) {
  std::ifstream file(path);
  return ProcFieldBytes(std::string(std::istreambuf_iterator<char>(file), {}), field);
}

double ClockSeconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

void PreferThroughput() {
  // A batch thread that wakes up lets the running one finish its slice, and the nice value lets
  // network threads in front: 2/3 of a core's share where both want it.
  sched_param param{};
  sched_setscheduler(0, SCHED_BATCH, &param);
  constexpr int kNice = 3;
  setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + kNice);
}

void PreferLatency() {
  // The shortest slice that Linux 6.12 gives: who wakes up with a shorter one goes first.
  struct {
    uint32_t size = 48;
    uint32_t policy = SCHED_OTHER;
    uint64_t flags = 0;
    int32_t nice = 0;
    uint32_t priority = 0;
    uint64_t runtime_ns = 100'000;
    uint64_t deadline_ns = 0;
    uint64_t period_ns = 0;
  } attributes;  // struct sched_attr of the first version
  attributes.nice = getpriority(PRIO_PROCESS, 0);
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

size_t UsableCores() {
  const size_t cores = std::min(CoresInAffinityMask(), kMaxThreads);  // a thread pool has no more
  const double quota = std::ceil(ReadCgroupLimits().cpus);
  return quota > 0 && quota < static_cast<double>(cores) ? static_cast<size_t>(quota) : cores;
}

size_t ProcFieldBytes(std::string_view text, std::string_view field) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.starts_with(field) || !line.substr(field.size()).starts_with(':')) continue;
    return std::strtoull(std::string(line.substr(field.size() + 1)).c_str(), nullptr, 10) * 1024;
  }
  return 0;
}

size_t ResidentBytes() { return FieldBytes("/proc/self/status", "VmRSS"); }
size_t MappedBytes() { return FieldBytes("/proc/self/status", "RssFile"); }

size_t MemoryLimitBytes() {
  const size_t machine = FieldBytes("/proc/meminfo", "MemTotal");
  const size_t group = ReadCgroupLimits().memory_bytes;
  return group > 0 && (machine == 0 || group < machine) ? group : machine;
}

size_t PeakResidentBytes() { return FieldBytes("/proc/self/status", "VmHWM"); }

void ResetPeakResidentBytes() { std::ofstream("/proc/self/clear_refs") << "5"; }

double ThreadCpuSeconds() { return ClockSeconds(CLOCK_THREAD_CPUTIME_ID); }
double ProcessCpuSeconds() { return ClockSeconds(CLOCK_PROCESS_CPUTIME_ID); }
double NowSeconds() { return ClockSeconds(CLOCK_MONOTONIC); }

}  // namespace litetts
