#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace litetts::server {

// What the operating system is asked for this process: cores, priority, memory.

// The numbers in "0-3,8". kInvalidArgument for anything else.
Result<std::vector<int>> ParseCpuList(std::string_view text);

// Keeps the calling thread and those that it starts from now on to these CPUs. kInvalidArgument for
// no such list, kFailedPrecondition where this process may use none of them.
Status PinToCpus(std::string_view list);

// The nice level, from -20 to 19, of the calling thread and those that it starts from now on.
// kPermissionDenied says what allows it.
Status SetNiceLevel(int level);

// Keeps what is mapped of these files, and these pages, in memory. Returns the bytes;
// kFailedPrecondition says which limit is in the way and what raises it.
Result<size_t> LockInMemory(std::span<const std::string> paths,
                            std::span<const std::span<const std::byte>> pages);

struct ProcessMemory {
  size_t proportional_bytes = 0;  // what is shared divided by those who share it
  size_t huge_bytes = 0;          // in huge pages
  size_t locked_bytes = 0;        // never pushed out
  size_t swapped_bytes = 0;
};
// 0 where the system does not tell. Walks the page tables: some milliseconds.
ProcessMemory ReadProcessMemory();

// Gives the pages that the heaps hold free, between blocks too, back to the system.
void TrimHeaps();

}  // namespace litetts::server
