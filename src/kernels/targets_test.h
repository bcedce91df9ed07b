#pragma once

// What every kernel test needs: each SIMD target of this CPU, and seeded values.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "hwy/targets.h"

namespace litetts::kernels {

// Runs a test once per SIMD target that this CPU has; use with INSTANTIATE_TARGETS.
class TargetTest : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(GetParam()); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
};

inline std::vector<int64_t> TargetsOfThisCpu() {
  hwy::SetSupportedTargetsForTest(0);
  std::vector<int64_t> targets;
  for (int64_t left = hwy::SupportedTargets() & HWY_TARGETS; left != 0; left &= left - 1) {
    targets.push_back(left & -left);
  }
  return targets;
}

inline std::string TargetParamName(const testing::TestParamInfo<int64_t>& info) {
  return hwy::TargetName(info.param);
}

#define LITETTS_INSTANTIATE_TARGETS(suite) \
  INSTANTIATE_TEST_SUITE_P(Targets, suite, testing::ValuesIn(TargetsOfThisCpu()), TargetParamName)

// Normal values, the same for the same seed.
inline std::vector<float> NormalValues(size_t size, uint32_t seed, float scale = 1.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, scale);
  std::vector<float> values(size);
  for (float& value : values) value = normal(random);
  return values;
}

}  // namespace litetts::kernels
