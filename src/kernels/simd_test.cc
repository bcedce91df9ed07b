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
  const DotInstructions all = AvailableDotInstructions();
  ASSERT_TRUE(CapSimd("vnni").ok());
  EXPECT_FALSE(AvailableDotInstructions().has_amx);
  EXPECT_EQ(AvailableDotInstructions().has_vnni, all.has_vnni);
  EXPECT_EQ(SimdName().find("AMX"), std::string::npos);
  ASSERT_TRUE(CapSimd("avx3").ok());
  EXPECT_EQ(SimdName().find('+'), std::string::npos);
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
