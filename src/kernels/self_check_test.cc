#include "kernels/self_check.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "hwy/targets.h"
#include "kernels/simd.h"

namespace litetts::kernels {
namespace {

TEST(SelfCheckTest, EveryKernelIsRightOnEveryTarget) {
  const int64_t before = hwy::SupportedTargets();
  std::set<std::string> targets;
  std::set<std::string> kernels;
  for (const KernelCheck& check : CheckKernels()) {
    EXPECT_TRUE(check.is_ok()) << check.kernel << " on " << check.target << ": " << check.snr_db;
    targets.insert(check.target);
    kernels.insert(check.kernel);
  }
  size_t num_targets = 0;
  for (int64_t left = before & HWY_TARGETS; left != 0; left &= left - 1) ++num_targets;
  EXPECT_EQ(targets.size(), num_targets);
  for (const char* kernel : {"convolution", "convolution by Toom-Cook", "LSTM", "attention",
                             "layer norm", "channel statistics", "sum", "leaky ReLU"}) {
    EXPECT_EQ(kernels.count(kernel), 1u) << kernel;
  }
  EXPECT_EQ(hwy::SupportedTargets(), before);
}

TEST(SelfCheckTest, LeavesACapAsItWas) {
  ASSERT_TRUE(CapSimd("sse4").ok());
  const std::string name = SimdName();
  for (const KernelCheck& check : CheckKernels()) {
    EXPECT_EQ(check.target.find("AVX"), std::string::npos)
        << check.kernel << " on " << check.target;
  }
  EXPECT_EQ(SimdName(), name);
  hwy::SetSupportedTargetsForTest(0);
}

TEST(SelfCheckTest, WhatIsNoNumberIsWrong) {
  EXPECT_FALSE((KernelCheck{.snr_db = NAN, .least_db = 40}.is_ok()));
  EXPECT_FALSE((KernelCheck{.snr_db = -std::numeric_limits<double>::infinity()}.is_ok()));
  EXPECT_FALSE((KernelCheck{.snr_db = 39.9, .least_db = 40}.is_ok()));
  EXPECT_TRUE((KernelCheck{.snr_db = 40, .least_db = 40}.is_ok()));
}

}  // namespace
}  // namespace litetts::kernels
