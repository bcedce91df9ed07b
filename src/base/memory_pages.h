#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/status.h"

namespace litetts {

// Parts of this process's memory, by pages.

// The whole pages that hold `parts`, in order of address, neighbours made one.
std::vector<std::span<const std::byte>> PagesOf(std::span<const std::span<const std::byte>> parts);

// Puts a private copy in the place of pages of a read-only mapping (one of PagesOf()), at the same
// address: in huge pages where the system gives them, and on the NUMA node of the calling thread.
// kResourceExhausted, and then all is as it was.
Status MakePrivate(std::span<const std::byte> pages);

// Where pages (of PagesOf()) lie.
struct Placement {
  size_t bytes = 0;
  size_t huge_bytes = 0;   // of them in huge pages
  std::vector<int> nodes;  // the NUMA nodes; empty where the system does not tell
};
Placement PlacementOf(std::span<const std::span<const std::byte>> pages);

}  // namespace litetts
