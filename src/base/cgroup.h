#pragma once

#include <cstddef>
#include <string>

namespace litetts {

// What the control groups of a process allow it, the tightest of its own group and all above.
struct CgroupLimits {
  double cpus = 0.0;        // of the CPU quota; 0: no limit
  size_t memory_bytes = 0;  // 0: no limit
};

// Limits of this process, of versions 1 and 2. `root` stands before the paths that are read
// (/proc/self/cgroup and /sys/fs/cgroup), for tests.
CgroupLimits ReadCgroupLimits(const std::string& root = "");

}  // namespace litetts
