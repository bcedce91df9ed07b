#include "base/cgroup.h"

#include <fstream>
#include <string_view>

namespace litetts {
namespace {

template <typename T>
void KeepLower(T value, T& limit) {
  if (value > 0 && (limit == 0 || value < limit)) limit = value;
}

// The first number of a file; 0 if there is none, as for "max" and -1.
double NumberIn(const std::string& path) {
  double number = 0;
  std::ifstream(path) >> number;
  return number;
}

void ReadFolder(const std::string& folder, CgroupLimits& limits) {
  double quota = 0;
  double period = 0;
  if (std::ifstream(folder + "/cpu.max") >> quota >> period && period > 0) {
    KeepLower(quota / period, limits.cpus);
  }
  period = NumberIn(folder + "/cpu.cfs_period_us");
  if (period > 0) KeepLower(NumberIn(folder + "/cpu.cfs_quota_us") / period, limits.cpus);
  for (const char* name : {"/memory.max", "/memory.limit_in_bytes"}) {
    KeepLower(static_cast<size_t>(NumberIn(folder + name)), limits.memory_bytes);
  }
}

}  // namespace

CgroupLimits ReadCgroupLimits(const std::string& root) {
  CgroupLimits limits;
  const std::string mount = root + "/sys/fs/cgroup";
  const auto read_up = [&](const std::string& top, std::string_view group) {
    while (!group.empty() && group != "/") {
      ReadFolder(top + std::string(group), limits);
      group = group.substr(0, group.rfind('/'));
    }
    ReadFolder(top, limits);
  };
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // number:controllers:group
    const size_t first = line.find(':');
    const size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    // A group outside of what is mounted, as of a process of another namespace, has no folder.
    read_up(controllers.empty() ? mount : mount + "/" + controllers, line.substr(second + 1));
  }
  // What is mounted may not be named so.
  for (const char* top : {"", "/cpu", "/memory"}) ReadFolder(mount + top, limits);
  return limits;
}

}  // namespace litetts
