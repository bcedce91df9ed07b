#pragma once

#include <cstddef>
#include <string_view>

namespace litetts {

// Physical cores that this process may use: the affinity mask, counted once per core where
// hyper-threads share one, and not more than the cgroup's CPU quota (v1 and v2) rounded up. At
// least 1.
size_t UsableCores();

// Bytes of memory that this process holds (VmRSS) and the most it ever held (VmHWM); 0 where the
// system does not tell.
size_t ResidentBytes();
size_t PeakResidentBytes();
// Makes PeakResidentBytes() start again from what is held now; without effect where the system
// cannot.
void ResetPeakResidentBytes();

// Bytes of mapped files, such as the weights, that are in memory (RssFile, a part of VmRSS), and
// the most that this process may hold: the cgroup's limit (v1 and v2) or the machine's memory. 0
// where the system does not tell.
size_t MappedBytes();
size_t MemoryLimitBytes();

// The number of kilobytes after "field:" in the text of such a file of /proc, in bytes; 0 if it is
// not there.
size_t ProcFieldBytes(std::string_view text, std::string_view field);

// CPU seconds of the calling thread and of the whole process, user and system.
double ThreadCpuSeconds();
double ProcessCpuSeconds();

// Hints for the system's scheduler about the calling thread and those that it starts: it works for
// long and may be interrupted at any time; or it works for microseconds at a time, which somebody
// waits for. Without effect where the system does not know them.
void PreferThroughput();
void PreferLatency();

// Seconds of a monotonic clock, for differences.
double NowSeconds();

}  // namespace litetts
