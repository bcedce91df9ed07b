#pragma once

#include <cstdint>

namespace litetts {

// SplitMix64 (Steele, Lea and Flood 2014): the number of state kSplitMixStep, 2 kSplitMixStep, ...
// from a seed on is Mix64() of it.
inline constexpr uint64_t kSplitMixStep = 0x9E3779B97F4A7C15u;

constexpr uint64_t Mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace litetts
