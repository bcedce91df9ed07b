#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/aligned.h"

namespace litetts {

// Scratch memory of one synthesis: a stack of aligned blocks. Allocate() moves a pointer; a Scope
// gives everything allocated since its construction back. When the arena must grow it adds a block,
// and Reset() joins the blocks into one, so that the same work done again allocates nothing.
// Thread-compatible: one thread allocates; the memory itself may be handed to others.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) noexcept = default;
  Arena& operator=(Arena&&) noexcept = default;

  // `count` uninitialised elements, 64-byte aligned, valid until the enclosing Scope ends or
  // Reset().
  template <typename T>
  std::span<T> Allocate(size_t count) {
    return {static_cast<T*>(AllocateBytes(count * sizeof(T))), count};
  }

  // One block of `bytes`. A large one takes address space only, until its pages are touched.
  // REQUIRES: nothing is allocated.
  void Reserve(size_t bytes);
  // Frees everything, keeping the memory as one block.
  void Reset();
  // Gives memory above `bytes` back to the system, though not its addresses. REQUIRES: nothing is
  // allocated.
  void Shrink(size_t bytes);
  size_t capacity() const;
  size_t used() const { return used_before_ + offset_; }
  // The most bytes that were in use at once since construction.
  size_t peak() const { return peak_; }

  class Scope {
   public:
    explicit Scope(Arena& arena)
        : arena_(arena),
          block_(arena.block_),
          offset_(arena.offset_),
          used_before_(arena.used_before_) {}
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;
    ~Scope() {
      arena_.block_ = block_;
      arena_.offset_ = offset_;
      arena_.used_before_ = used_before_;
    }

   private:
    Arena& arena_;
    size_t block_;
    size_t offset_;
    size_t used_before_;
  };

 private:
  void* AllocateBytes(size_t bytes);

  std::vector<AlignedBuffer<std::byte>> blocks_;
  size_t block_ = 0;        // index of the block in use
  size_t offset_ = 0;       // bytes used in it
  size_t used_before_ = 0;  // bytes used in earlier blocks
  size_t peak_ = 0;
};

}  // namespace litetts
