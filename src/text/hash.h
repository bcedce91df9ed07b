#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace litetts::text {

// MurmurHash64A (Austin Appleby, public domain) with seed 1: the hash that the tagger's string
// features are defined by, and a good one for our own tables.
inline uint64_t HashString(std::string_view bytes) {
  constexpr uint64_t kMultiplier = 0xc6a4a7935bd1e995;
  constexpr int kShift = 47;
  uint64_t hash = 1 ^ (bytes.size() * kMultiplier);
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t k;
    std::memcpy(&k, p, 8);
    k *= kMultiplier;
    k ^= k >> kShift;
    hash = (hash ^ (k * kMultiplier)) * kMultiplier;
  }
  if (left > 0) {
    uint64_t tail = 0;
    std::memcpy(&tail, p, left);
    hash = (hash ^ tail) * kMultiplier;
  }
  hash = (hash ^ (hash >> kShift)) * kMultiplier;
  return hash ^ (hash >> kShift);
}

}  // namespace litetts::text
