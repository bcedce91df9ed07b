#include "base/memory_pages.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <string>

#include "base/aligned.h"
#include "base/cpu.h"

namespace litetts {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;  // of x86-64, and of ARM with pages of 4 KiB
constexpr size_t kNodeAndAddress = 3;          // MPOL_F_NODE | MPOL_F_ADDR of the kernel's headers

uintptr_t Address(const std::byte* data) { return reinterpret_cast<uintptr_t>(data); }

Status CannotCopy(size_t size) {
  return ResourceExhausted("cannot copy ", size >> 20, " MiB: ", std::strerror(errno));
}

// Of the mappings that lie within `pages`.
size_t HugeBytesIn(std::span<const std::span<const std::byte>> pages) {
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  bool is_ours = false;
  size_t num_bytes = 0;
  while (std::getline(maps, line)) {
    unsigned long long begin = 0;
    unsigned long long end = 0;
    if (std::sscanf(line.c_str(), "%llx-%llx ", &begin, &end) == 2) {
      is_ours = std::any_of(pages.begin(), pages.end(), [&](const auto& each) {
        return begin < Address(each.data()) + each.size() && end > Address(each.data());
      });
    } else if (is_ours) {
      num_bytes += ProcFieldBytes(line, "AnonHugePages");
    }
  }
  return num_bytes;
}

}  // namespace

std::vector<std::span<const std::byte>> PagesOf(std::span<const std::span<const std::byte>> parts) {
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  std::vector<std::span<const std::byte>> sorted(parts.begin(), parts.end());
  std::erase_if(sorted, [](const auto& part) { return part.empty(); });
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.data() < b.data(); });
  std::vector<std::span<const std::byte>> pages;
  for (const std::span<const std::byte>& part : sorted) {
    const std::byte* begin = part.data() - Address(part.data()) % page;
    const size_t end = RoundUp(Address(part.data()) + part.size(), page);
    if (!pages.empty() && begin <= pages.back().data() + pages.back().size()) {
      begin = pages.back().data();
      pages.back() = {begin, std::max(pages.back().size(), end - Address(begin))};
    } else {
      pages.emplace_back(begin, end - Address(begin));
    }
  }
  return pages;
}

Status MakePrivate(std::span<const std::byte> pages) {
  // The copy is made where it lies to huge pages as its place does: to move it splits none then.
  const size_t room = pages.size() + kHugePage;
  void* const mapped =
      ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return CannotCopy(pages.size());
  auto* const start = static_cast<std::byte*>(mapped);
  std::byte* const copy = start + (Address(pages.data()) - Address(start)) % kHugePage;
#ifdef MADV_HUGEPAGE
  (void)::madvise(copy, pages.size(), MADV_HUGEPAGE);  // a wish
#endif
  std::memcpy(copy, pages.data(), pages.size());
  (void)::mprotect(copy, pages.size(), PROT_READ);
  if (::mremap(copy, pages.size(), pages.size(), MREMAP_MAYMOVE | MREMAP_FIXED,
               const_cast<std::byte*>(pages.data())) == MAP_FAILED) {
    const Status status = CannotCopy(pages.size());
    ::munmap(start, room);
    return status;
  }
  if (copy > start) ::munmap(start, static_cast<size_t>(copy - start));
  std::byte* const rest = copy + pages.size();
  if (rest < start + room) ::munmap(rest, static_cast<size_t>(start + room - rest));
  return OkStatus();
}

Placement PlacementOf(std::span<const std::span<const std::byte>> pages) {
  Placement placement;
  std::set<int> nodes;
  for (const std::span<const std::byte>& each : pages) {
    placement.bytes += each.size();
    for (size_t offset = 0; offset < each.size(); offset += kHugePage) {
      int node = 0;
      if (::syscall(SYS_get_mempolicy, &node, nullptr, 0, each.data() + offset, kNodeAndAddress) ==
          0) {
        nodes.insert(node);
      }
    }
  }
  placement.huge_bytes = HugeBytesIn(pages);
  placement.nodes.assign(nodes.begin(), nodes.end());
  return placement;
}

}  // namespace litetts
