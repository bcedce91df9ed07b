#include "base/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/check.h"

namespace litetts {
namespace {

// Small enough for idle memory, large enough that warm-up adds few blocks.
constexpr size_t kMinBlockBytes = size_t{1} << 20;

// From this size on, huge pages save more time in page faults and address translation than the
// memory in their unused ends costs.
constexpr size_t kMinHugeBytes = size_t{8} << 20;

// madvise() for the whole pages of a block from `offset` on. A wish: where the system refuses it,
// nothing depends on it.
void AdvisePages(AlignedBuffer<std::byte>& block, size_t offset, int advice) {
  constexpr size_t kPage = 4096;
  const auto begin = reinterpret_cast<uintptr_t>(block.data());
  const size_t first = RoundUp(begin + offset, kPage) - begin;
  const size_t end = (begin + block.size()) / kPage * kPage - begin;
  if (first < end) (void)madvise(block.data() + first, end - first, advice);
}

AlignedBuffer<std::byte> NewBlock(size_t bytes) {
  AlignedBuffer<std::byte> block(bytes);
#ifdef MADV_HUGEPAGE
  if (bytes >= kMinHugeBytes) AdvisePages(block, 0, MADV_HUGEPAGE);
#endif
  return block;
}

}  // namespace

void* Arena::AllocateBytes(size_t bytes) {
  bytes = RoundUp(std::max<size_t>(bytes, 1), kAlignment);
  while (block_ < blocks_.size() && offset_ + bytes > blocks_[block_].size()) {
    used_before_ += offset_;
    offset_ = 0;
    ++block_;
  }
  if (block_ == blocks_.size()) {
    blocks_.push_back(NewBlock(std::max({bytes, kMinBlockBytes, capacity() / 2})));
  }
  std::byte* result = blocks_[block_].data() + offset_;
  offset_ += bytes;
  peak_ = std::max(peak_, used());
  return result;
}

void Arena::Reserve(size_t bytes) {
  LITETTS_CHECK(used() == 0);
  if (blocks_.size() == 1 && capacity() >= bytes) return;
  blocks_.clear();
  blocks_.push_back(NewBlock(bytes));
  block_ = 0;
}

void Arena::Reset() {
  if (blocks_.size() > 1) {
    const size_t total = RoundUp(peak_, kAlignment);
    blocks_.clear();
    blocks_.push_back(NewBlock(total));
  }
  block_ = 0;
  offset_ = 0;
  used_before_ = 0;
}

void Arena::Shrink(size_t bytes) {
  LITETTS_CHECK(used() == 0);
  if (blocks_.empty()) return;
  blocks_.resize(1);
  block_ = 0;
  AdvisePages(blocks_.front(), bytes, MADV_DONTNEED);
}

size_t Arena::capacity() const {
  size_t total = 0;
  for (const auto& block : blocks_) total += block.size();
  return total;
}

}  // namespace litetts
