#include "server/hardware.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <thread>

#include "base/cgroup.h"
#include "base/cpu.h"
#include "base/status.h"
#include "server/alerts.h"

namespace litetts::server {
namespace {

std::optional<std::string> FirstLine(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

// What follows "name : " or "name " in a file such as /proc/cpuinfo.
std::optional<std::string> Field(const std::string& path, std::string_view name) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(name)) continue;
    const size_t begin = line.find_first_not_of(" \t:", name.size());
    if (begin == name.size()) continue;  // a longer name
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return std::nullopt;
}

std::string Mebibytes(uint64_t bytes) { return Concat(bytes >> 20, " MiB"); }

std::string Rounded(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

void AddProcessor(const HardwareQuestion& question, std::vector<Finding>& findings) {
  const std::string info = question.root + "/proc/cpuinfo";
  if (const auto model = Field(info, "model name")) findings.push_back({"processor", *model});
  const auto listed = Field(info, "flags");
  const std::string flags =
      Concat(' ', listed ? *listed : Field(info, "Features").value_or(""), ' ');
  const auto has = [&](std::string_view flag) {
    return flags.find(Concat(' ', flag, ' ')) != std::string::npos;
  };
  std::string found;
  for (const std::string_view flag :
       {"ssse3", "sse4_1", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16",
        "avx_vnni", "amx_tile", "amx_bf16", "amx_int8", "asimd", "asimddp", "sve"}) {
    if (has(flag)) found += Concat(' ', flag);
  }
  findings.push_back({"instructions", Concat("used: ", question.simd_name, "; found:", found),
                      !has("sse2") || has("avx2"),
                      "a processor with AVX2 speaks about twice as fast"});
  const bool has_narrow = question.simd_name.find('+') != std::string::npos;
  const bool could = has("avx512_vnni") && has("avx512_bf16");
  findings.push_back({"narrow products", has_narrow ? "in use" : "not in use", has_narrow || !could,
                      "this processor has AVX-512 with VNNI: leave LITETTS_SIMD unset"});
}

// "0-3,8".
std::string CpuListText(const cpu_set_t& mask) {
  std::string text;
  for (int begin = 0; begin < CPU_SETSIZE; ++begin) {
    if (!CPU_ISSET(begin, &mask)) continue;
    int end = begin;
    while (end + 1 < CPU_SETSIZE && CPU_ISSET(end + 1, &mask)) ++end;
    text += Concat(text.empty() ? "" : ",", begin);
    if (end > begin) text += Concat('-', end);
    begin = end;
  }
  return text;
}

size_t PhysicalCores(const std::string& info) {
  std::ifstream file(info);
  std::set<std::pair<std::string, std::string>> cores;  // (package, core)
  std::string package;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("physical id")) package = line;
    if (line.starts_with("core id")) cores.emplace(package, line);
  }
  return cores.size();
}

void AddCores(const HardwareQuestion& question, std::vector<Finding>& findings) {
  const long logical = ::sysconf(_SC_NPROCESSORS_ONLN);
  const size_t physical = PhysicalCores(question.root + "/proc/cpuinfo");
  const size_t usable = UsableCores();
  findings.push_back(
      {"cores",
       Concat(usable, " used", physical > 0 ? Concat(" of ", physical, " physical") : "", ", ",
              logical, " logical"),
       usable >= 2, "one core speaks, and has no time for anything beside it"});
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (::sched_getaffinity(0, sizeof(mask), &mask) == 0) {
    findings.push_back({"affinity", CpuListText(mask)});
  }
  if (const auto fast = FirstLine(question.root + "/sys/devices/cpu_core/cpus")) {
    const auto slow = FirstLine(question.root + "/sys/devices/cpu_atom/cpus");
    findings.push_back(
        {"kinds of cores", Concat("fast ", *fast, ", slow ", slow.value_or("none")),
         !slow.has_value(),
         Concat("try performance.cpu_list=", *fast, ": the fast ones may wait for the slow ones")});
  }
}

void AddCgroup(const HardwareQuestion& question, std::vector<Finding>& findings) {
  const double cpus = ReadCgroupLimits(question.root).cpus;
  const bool is_limited = cpus > 0;
  findings.push_back({"cgroup quota", is_limited ? Concat(Rounded(cpus, 2), " CPUs") : "none",
                      !is_limited || std::floor(cpus) == cpus,
                      "with a part of a core, threads are stopped in the middle of a piece: "
                      "give whole ones"});
  const auto number = [&](std::string_view name) {
    return std::strtod(Field(question.root + "/sys/fs/cgroup/cpu.stat", name).value_or("0").c_str(),
                       nullptr);
  };
  if (const double periods = number("nr_periods"); periods > 0) {
    const double percent = 100 * number("nr_throttled") / periods;
    findings.push_back({"throttled", Concat(Rounded(percent, 1), " % of the periods"), percent < 5,
                        "raise the CPU limit of the container"});
  }
}

void AddFrequency(const HardwareQuestion& question, std::vector<Finding>& findings) {
  const std::string cpu = question.root + "/sys/devices/system/cpu/";
  const auto governor = FirstLine(cpu + "cpu0/cpufreq/scaling_governor");
  findings.push_back(
      {"governor", governor.value_or("not told here, as in most virtual machines"),
       !governor || *governor == "performance" || *governor == "schedutil",
       "cpupower frequency-set -g performance saves the time that speeding up takes"});
  const auto add_turbo = [&](bool is_on, char on, std::string_view file) {
    findings.push_back({"turbo", is_on ? "on" : "off", is_on,
                        Concat("echo ", on, " > /sys/devices/system/cpu/", file, " turns it on")});
  };
  if (const auto no_turbo = FirstLine(cpu + "intel_pstate/no_turbo")) {
    add_turbo(*no_turbo == "0", '0', "intel_pstate/no_turbo");
  } else if (const auto boost = FirstLine(cpu + "cpufreq/boost")) {
    add_turbo(*boost == "1", '1', "cpufreq/boost");
  }
  if (const auto line = FirstLine(question.root + "/proc/stat")) {
    std::istringstream words(*line);
    std::string label;
    std::array<double, 8> ticks{};  // user nice system idle iowait irq softirq steal
    words >> label;
    double all = 0;
    for (double& tick : ticks) {
      words >> tick;
      all += tick;
    }
    const double percent = all > 0 ? 100 * ticks[7] / all : 0;
    findings.push_back({"stolen time",
                        Concat(Rounded(percent, 2), " % since the start of the machine"),
                        percent < 2, "the host gives the cores to others: ask for dedicated ones"});
  }
  const int nice = ::getpriority(PRIO_PROCESS, 0);
  findings.push_back({"nice level", std::to_string(nice), nice <= 0,
                      "everything else goes first: see performance.nice, or how it is started"});
}

// Bytes of a file that are in the page cache, or none.
std::optional<size_t> CachedBytes(const std::string& path, size_t& size) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status {};
  ::fstat(file, &status);
  size = static_cast<size_t>(status.st_size);
  void* map = size == 0 ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (map == MAP_FAILED) return std::nullopt;
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size + page - 1) / page);
  const bool is_known = ::mincore(map, size, pages.data()) == 0;
  ::munmap(map, size);
  if (!is_known) return std::nullopt;
  const auto count =
      std::count_if(pages.begin(), pages.end(), [](unsigned char p) { return p & 1; });
  return std::min(size, static_cast<size_t>(count) * page);
}

// Bytes per second that so many threads read together, from memory: each looks through a part of
// more than the caches hold for a byte that is not there, with the widest loads that the C library
// has.
double ReadBandwidth(size_t num_threads) {
  constexpr size_t kBytes = size_t{64} << 20;
  const size_t part = kBytes / num_threads;
  const std::vector<char> data(kBytes, 1);
  std::atomic<size_t> num_found = 0;  // read below, so that the looking is not left out
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const double begin = NowSeconds();
    std::vector<std::thread> threads;
    for (size_t i = 0; i < num_threads; ++i) {
      threads.emplace_back([&, i] {
        if (std::memchr(data.data() + i * part, 2, part) != nullptr) ++num_found;
      });
    }
    for (std::thread& thread : threads) thread.join();
    best = std::max(best, static_cast<double>(kBytes) / (NowSeconds() - begin));
  }
  return num_found == 0 ? best : 0;
}

void AddMemory(const HardwareQuestion& question, std::vector<Finding>& findings) {
  const size_t limit = MemoryLimitBytes();
  findings.push_back({"memory", Concat(Mebibytes(limit), " at most"),
                      limit == 0 || limit >= (512u << 20),
                      "the server and its caches want 512 MiB"});
  if (const auto available = Field(question.root + "/proc/meminfo", "MemAvailable")) {
    const uint64_t bytes = std::strtoull(available->c_str(), nullptr, 10) << 10;
    findings.push_back({"memory left", Mebibytes(bytes), bytes >= (256ull << 20),
                        "weights that are pushed out of memory are read again from disk"});
  }
  const size_t threads = UsableCores();
  const double one = ReadBandwidth(1);
  const double all = threads > 1 ? ReadBandwidth(threads) : one;
  findings.push_back({"memory bandwidth",
                      Concat(Rounded(one / 1e9, 1), " GB/s read by one thread, ",
                             Rounded(all / 1e9, 1), " by ", threads),
                      all > 4e9,
                      "slow memory: see whether channels are empty or a neighbour is busy"});
  if (const auto nodes = FirstLine(question.root + "/sys/devices/system/node/online")) {
    const bool is_one = nodes->find_first_of("-,") == std::string::npos;
    findings.push_back({"NUMA nodes", *nodes, is_one,
                        "keep the server on one node: performance.cpu_list with its CPUs, or "
                        "numactl --cpunodebind=0 --membind=0"});
  }
  if (const auto pages = FirstLine(question.root + "/sys/kernel/mm/transparent_hugepage/enabled")) {
    findings.push_back({"huge pages", *pages, pages->find("[never]") == std::string::npos,
                        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled: scratch "
                        "memory asks for them"});
  }
}

void AddModel(const HardwareQuestion& question, std::vector<Finding>& findings) {
  size_t size = 0;
  const auto cached = CachedBytes(question.model_path, size);
  if (cached) {
    findings.push_back({"model in page cache", Concat(Mebibytes(*cached), " of ", Mebibytes(size)),
                        *cached * 10 >= size * 9,
                        "the first sentence after a start reads the rest from disk"});
  } else {
    findings.push_back({"model", Concat("'", question.model_path, "' cannot be read"), false,
                        "./quickstart makes it, or model.path names it"});
  }
  rlimit memlock{};
  if (::getrlimit(RLIMIT_MEMLOCK, &memlock) == 0) {
    const bool is_unlimited = memlock.rlim_cur == RLIM_INFINITY;
    findings.push_back(
        {"memory lock limit", is_unlimited ? std::string("none") : Mebibytes(memlock.rlim_cur),
         !question.wants_lock || is_unlimited || ::geteuid() == 0 || memlock.rlim_cur >= size,
         "performance.mlock wants more: LimitMEMLOCK=infinity of systemd, --ulimit memlock=-1 of a "
         "container, or ulimit -l unlimited"});
  }
  if (const auto free = FreeDiskBytes(question.data_folder)) {
    findings.push_back({"disk", Concat(Mebibytes(*free), " left for '", question.data_folder, "'"),
                        *free >= (1ull << 30), "less than 1 GiB is left"});
  }
}

}  // namespace

std::vector<Finding> ExamineHardware(const HardwareQuestion& question) {
  std::vector<Finding> findings;
  AddProcessor(question, findings);
  AddCores(question, findings);
  AddCgroup(question, findings);
  AddFrequency(question, findings);
  AddMemory(question, findings);
  AddModel(question, findings);
  for (Finding& finding : findings) {
    if (finding.is_ok) finding.advice.clear();
  }
  return findings;
}

std::string FindingsJson(const std::vector<Finding>& findings) {
  boost::json::array list;
  for (const Finding& finding : findings) {
    list.push_back({{"name", finding.name},
                    {"value", finding.value},
                    {"ok", finding.is_ok},
                    {"advice", finding.advice}});
  }
  return boost::json::serialize(boost::json::object{{"findings", std::move(list)}});
}

}  // namespace litetts::server
