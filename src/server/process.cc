#include "server/process.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/cpu.h"

namespace litetts::server {
namespace {

constexpr int kMaxCpu = CPU_SETSIZE - 1;

// What of this process is mapped from one of the files.
std::vector<std::span<const std::byte>> MappingsOf(const std::set<std::string>& files) {
  std::vector<std::span<const std::byte>> found;
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    const size_t slash = line.find('/');
    unsigned long long begin = 0;
    unsigned long long end = 0;
    if (slash == std::string::npos || !files.contains(line.substr(slash)) ||
        std::sscanf(line.c_str(), "%llx-%llx", &begin, &end) != 2) {
      continue;
    }
    found.emplace_back(reinterpret_cast<const std::byte*>(begin), end - begin);
  }
  return found;
}

Status LockFailed(int error, size_t num_bytes) {
  rlimit limit{};
  ::getrlimit(RLIMIT_MEMLOCK, &limit);
  return FailedPrecondition(
      "cannot lock ", num_bytes >> 20, " MiB in memory (", std::strerror(error),
      "): RLIMIT_MEMLOCK is ", limit.rlim_cur >> 20,
      " MiB; LimitMEMLOCK=infinity of systemd, --ulimit memlock=-1 of a container, or ulimit -l "
      "unlimited raises it");
}

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Result<std::vector<int>> ParseCpuList(std::string_view text) {
  const auto wrong = [&] {
    return InvalidArgument("'", text, "' is no list of CPUs; write such as 0-3,8");
  };
  std::set<int> cpus;
  std::string_view left = text;
  while (true) {
    const std::string_view item = left.substr(0, left.find(','));
    int first = 0;
    const char* const end = item.data() + item.size();
    auto parsed = std::from_chars(item.data(), end, first);
    int last = first;
    if (parsed.ec == std::errc() && parsed.ptr != end && *parsed.ptr == '-') {
      parsed = std::from_chars(parsed.ptr + 1, end, last);
    }
    if (parsed.ec != std::errc() || parsed.ptr != end || first < 0 || last < first ||
        last > kMaxCpu) {
      return wrong();
    }
    for (int cpu = first; cpu <= last; ++cpu) cpus.insert(cpu);
    if (item.size() == left.size()) break;
    left.remove_prefix(item.size() + 1);
  }
  return std::vector<int>(cpus.begin(), cpus.end());
}

Status PinToCpus(std::string_view list) {
  LITETTS_ASSIGN_OR_RETURN(const std::vector<int> cpus, ParseCpuList(list));
  cpu_set_t mask;
  CPU_ZERO(&mask);
  for (const int cpu : cpus) CPU_SET(cpu, &mask);
  if (::sched_setaffinity(0, sizeof(mask), &mask) == 0) return OkStatus();
  return FailedPrecondition("cannot use only the CPUs ", list, ": ", std::strerror(errno),
                            "; `litetts doctor` tells which there are");
}

Status SetNiceLevel(int level) {
  if (::setpriority(PRIO_PROCESS, 0, level) == 0) return OkStatus();
  return {StatusCode::kPermissionDenied,
          Concat("cannot set the nice level ", level, ": ", std::strerror(errno),
                 "; LimitNICE of systemd or the capability CAP_SYS_NICE allows levels below 0")};
}

Result<size_t> LockInMemory(std::span<const std::string> paths,
                            std::span<const std::span<const std::byte>> pages) {
  std::set<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    files.insert(std::filesystem::canonical(path, ignored).string());
  }
  files.erase(std::string());
  std::vector<std::span<const std::byte>> all = MappingsOf(files);
  all.insert(all.end(), pages.begin(), pages.end());
  size_t num_bytes = 0;
  for (const std::span<const std::byte>& each : all) num_bytes += each.size();
  for (const std::span<const std::byte>& each : all) {
    if (::mlock(each.data(), each.size()) != 0) return LockFailed(errno, num_bytes);
  }
  return num_bytes;
}

ProcessMemory ReadProcessMemory() {
  const std::string rollup = ReadAll("/proc/self/smaps_rollup");
  return {.proportional_bytes = ProcFieldBytes(rollup, "Pss"),
          .huge_bytes = ProcFieldBytes(rollup, "AnonHugePages"),
          .locked_bytes = ProcFieldBytes(ReadAll("/proc/self/status"), "VmLck"),
          .swapped_bytes = ProcFieldBytes(rollup, "Swap")};
}

void TrimHeaps() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

}  // namespace litetts::server
