#include "base/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/cpu.h"

namespace litetts {
namespace {

TEST(ArenaTest, BlocksAreAlignedAndDoNotOverlap) {
  Arena arena;
  auto a = arena.Allocate<float>(3);
  auto b = arena.Allocate<double>(5);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a.data()) % kAlignment, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(b.data()) % kAlignment, 0u);
  std::memset(b.data(), 1, b.size_bytes());
  std::memset(a.data(), 0, a.size_bytes());
  EXPECT_NE(b[0], 0.0);
}

TEST(ArenaTest, ScopeGivesMemoryBack) {
  Arena arena;
  void* first = nullptr;
  {
    Arena::Scope scope(arena);
    first = arena.Allocate<char>(100).data();
  }
  EXPECT_EQ(arena.used(), 0u);
  EXPECT_EQ(arena.Allocate<char>(50).data(), first);
}

TEST(ArenaTest, GrowsAcrossBlocksAndResetJoinsThem) {
  Arena arena;
  {
    Arena::Scope scope(arena);
    for (int i = 0; i < 10; ++i) {
      auto block = arena.Allocate<char>(1 << 20);
      std::memset(block.data(), i, block.size());
    }
  }
  const size_t peak = arena.peak();
  EXPECT_GE(peak, size_t{10} << 20);
  arena.Reset();
  const size_t capacity = arena.capacity();
  EXPECT_GE(capacity, peak);
  for (int i = 0; i < 10; ++i) (void)arena.Allocate<char>(1 << 20);
  EXPECT_EQ(arena.capacity(), capacity);  // nothing new was allocated
}

// Limits with room for AddressSanitizer's own memory, an eighth of what is watched.
TEST(ArenaTest, ReservedMemoryIsTakenWhenTouchedAndShrinkReturnsIt) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer's memory of each access stays resident";
#endif
  constexpr size_t kMiB = 1 << 20;
  Arena arena;
  const size_t before = ResidentBytes();
  arena.Reserve(256 * kMiB);
  EXPECT_LT(ResidentBytes(), before + 48 * kMiB);
  {
    Arena::Scope scope(arena);
    auto block = arena.Allocate<char>(128 * kMiB);
    std::memset(block.data(), 1, block.size());
    EXPECT_GT(ResidentBytes(), before + 127 * kMiB);
  }
  arena.Shrink(64 * kMiB);
  EXPECT_LT(ResidentBytes(), before + 112 * kMiB);
  EXPECT_GT(ResidentBytes(), before + 63 * kMiB);
  EXPECT_EQ(arena.capacity(), 256 * kMiB);
  auto again = arena.Allocate<char>(128 * kMiB);
  std::memset(again.data(), 1, again.size());
}

TEST(ArenaTest, MovesWithItsMemory) {
  Arena arena;
  void* first = arena.Allocate<char>(100).data();
  arena.Reset();
  Arena other = std::move(arena);
  EXPECT_EQ(other.Allocate<char>(100).data(), first);
}

}  // namespace
}  // namespace litetts
