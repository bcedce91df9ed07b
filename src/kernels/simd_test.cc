#include "kernels/simd.h"

#include <gtest/gtest.h>

#include <string>

namespace litetts::kernels {
namespace {

// Caps only ever tighten within a process, so one test walks down.
TEST(SimdTest, CapLimitsTheTargetInUse) {
  EXPECT_EQ(CapSimd("fastest").code(), StatusCode::kInvalidArgument);
  const std::string best = SimdName();
  ASSERT_TRUE(CapSimd("best").ok());
  EXPECT_EQ(SimdName(), best);
  ASSERT_TRUE(CapSimd("avx2").ok());
  EXPECT_NE(SimdName().substr(0, 4), "AVX3");
  if (best.starts_with("AVX")) {
    EXPECT_EQ(SimdName(), "AVX2");
  }
  ASSERT_TRUE(CapSimd("baseline").ok());
  EXPECT_EQ(SimdName().find("AVX"), std::string::npos);
}

}  // namespace
}  // namespace litetts::kernels
