#pragma once

#include <string>
#include <vector>

namespace litetts::server {

// One thing that decides how fast and how steadily this machine speaks.
struct Finding {
  std::string name;   // "governor"
  std::string value;  // as it is here
  bool is_ok = true;
  std::string advice = {};  // what to do, where it is not
};

struct HardwareQuestion {
  std::string model_path;
  std::string data_folder;
  std::string simd_name;    // of the instructions in use
  bool wants_lock = false;  // of the weights in memory
  std::string root = {};    // before /proc and /sys, for tests
};

// Looks at processor, cores, frequency, memory, limits and disk; measures the memory's bandwidth,
// for which it takes 64 MiB for a moment. Takes about 0.1 s. What the system does not tell is left
// out, but for the governor.
std::vector<Finding> ExamineHardware(const HardwareQuestion& question);

// {"findings": [{"name", "value", "ok", "advice"}]}
std::string FindingsJson(const std::vector<Finding>& findings);

}  // namespace litetts::server
