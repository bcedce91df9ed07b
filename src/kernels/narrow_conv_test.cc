#include "kernels/narrow_conv.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/conv_problem_test.h"
#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

// Every kind of number and every unit that this CPU has, with the portable one.
std::vector<NarrowFormat> FormatsOfThisCpu() {
  hwy::SetSupportedTargetsForTest(0);
  std::vector<NarrowFormat> formats;
  for (const DotUnit unit : {DotUnit::kPortable, DotUnit::kAvx512, DotUnit::kAmx}) {
    if (unit <= BestDotUnit(NarrowType::kBf16)) {
      formats.push_back({NarrowType::kBf16, 1, unit});
      formats.push_back({NarrowType::kBf16, 3, unit});
    }
    if (unit <= BestDotUnit(NarrowType::kI8)) formats.push_back({NarrowType::kI8, 1, unit});
  }
  return formats;
}

using Param = std::tuple<int64_t, NarrowFormat>;  // SIMD target of everything but the products

class NarrowConvTest : public testing::TestWithParam<Param> {
 protected:
  void SetUp() override { hwy::SetSupportedTargetsForTest(std::get<0>(GetParam())); }
  void TearDown() override { hwy::SetSupportedTargetsForTest(0); }
  const NarrowFormat& format() const { return std::get<1>(GetParam()); }

  // Output, then means, then variances.
  std::vector<float> Run(ConvProblem& problem, size_t threads) {
    return Run(problem, threads, format());
  }
  std::vector<float> Run(ConvProblem& problem, size_t threads, NarrowFormat with) {
    ThreadPool pool(threads);
    const NarrowFilter filter(problem.weights, problem.options.kernel, with, pool);
    problem.options.narrow = &filter;
    std::vector<float> out = problem.Run(pool);
    problem.options.narrow = nullptr;
    return out;
  }
  // Rounding to 8 and to 24 bits; int8 rows have a common scale, whose largest value is 3 to 4
  // times the root mean square: 7 bits less 2.
  double WantedSnrDb() const {
    if (format().type == NarrowType::kI8) return 36.0;
    return format().terms == 1 ? 50.0 : 120.0;
  }
};

std::string ParamName(const testing::TestParamInfo<Param>& info) {
  const auto& [target, format] = info.param;
  const std::string unit = format.unit == DotUnit::kAmx      ? "Amx"
                           : format.unit == DotUnit::kAvx512 ? "Avx512"
                                                             : "Portable";
  const std::string type = format.type == NarrowType::kI8 ? "I8"
                           : format.terms == 1            ? "Bf16"
                                                          : "Bf16x3";
  return std::string(hwy::TargetName(target)) + unit + type;
}

INSTANTIATE_TEST_SUITE_P(Formats, NarrowConvTest,
                         testing::Combine(testing::ValuesIn(TargetsOfThisCpu()),
                                          testing::ValuesIn(FormatsOfThisCpu())),
                         ParamName);

TEST_P(NarrowConvTest, MatchesReferenceForEveryTail) {
  for (const size_t kernel : {1, 3, 7, 11}) {
    for (const size_t dilation : {1, 3, 5}) {
      for (const size_t rows : {1, 15, 17, 28, 33, 61}) {
        ConvProblem problem(rows, 19, 35, kernel, dilation);
        EXPECT_GT(SnrDb(Run(problem, 1), problem.Reference()), WantedSnrDb())
            << kernel << " " << dilation << " " << rows;
        problem.FuseEverything();
        EXPECT_GT(SnrDb(Run(problem, 1), problem.Reference()), WantedSnrDb())
            << kernel << " " << dilation << " " << rows;
      }
    }
  }
}

TEST_P(NarrowConvTest, TakesStridesAndOtherWeights) {
  ConvProblem problem(50, 70, 64, 12, 1);
  problem.options.stride = 6;
  problem.options.padding = 3;
  problem.UseFloatWeights();
  // Weights are rounded like inputs then.
  const double wanted = format().terms > 1 ? 50.0 : WantedSnrDb() - 4.0;
  EXPECT_GT(SnrDb(Run(problem, 1), problem.Reference()), wanted);
}

TEST_P(NarrowConvTest, IsAccurateAtTheModelsWidth) {
  ConvProblem problem(100, 256, 64, 11, 5);
  problem.FuseEverything();
  const double snr = SnrDb(Run(problem, 1), problem.Reference());
  EXPECT_GT(snr, WantedSnrDb());
  RecordProperty("snr_db", std::to_string(snr));
}

TEST_P(NarrowConvTest, KeepsSilenceAndSurvivesHugeInputs) {
  ConvProblem problem(40, 32, 32, 3, 1);
  std::fill(problem.x.begin(), problem.x.end(), 0.0f);
  for (const float value : Run(problem, 1)) EXPECT_EQ(value, 0.0f);
  problem.x[5] = 1e30f;
  for (const float value : problem.OutputOnly(Run(problem, 1))) EXPECT_TRUE(std::isfinite(value));
}

TEST_P(NarrowConvTest, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const size_t kernel : {3, 11}) {
    ConvProblem problem(900, 24, 70, kernel, 3);
    problem.FuseEverything();
    const auto want = Run(problem, 1);
    EXPECT_EQ(Run(problem, 2), want);
    EXPECT_EQ(Run(problem, 5), want);
  }
}

// Without a prepared filter, weights are packed panel by panel.
TEST(UnpackedNarrowConvTest, IsAsExactAsFloatOnAmx) {
  if (BestDotUnit(NarrowType::kBf16) != DotUnit::kAmx) GTEST_SKIP() << "this CPU has no AMX";
  ThreadPool pool(2);
  for (const size_t kernel : {1, 3}) {
    for (const size_t rows : {6, 33, 500}) {
      for (const size_t outputs : {5, 32, 200}) {
        ConvProblem problem(rows, 70, outputs, kernel, 1);
        problem.FuseEverything();
        EXPECT_GT(SnrDb(problem.Run(pool), problem.Reference()), 120.0)
            << kernel << " " << rows << " " << outputs;
      }
    }
  }
}

TEST_P(NarrowConvTest, PacksAsItGoes) {
  if (format().type != NarrowType::kBf16) GTEST_SKIP() << "int8 filters are prepared";
  ThreadPool pool(2);
  for (const size_t rows : {1, 33, 500}) {
    ConvProblem problem(rows, 70, 200, 3, 1);
    problem.FuseEverything();
    const auto want = Run(problem, 1);
    problem.options.packed_as = &format();
    EXPECT_GT(SnrDb(problem.OutputOnly(problem.Run(pool)), problem.OutputOnly(want)), 115.0)
        << rows;
  }
}

TEST_P(NarrowConvTest, TakesSnakeWithoutAffineMap) {
  ConvProblem problem(40, 32, 32, 3, 1);
  problem.FuseEverything();
  problem.options.input.scale = problem.options.input.shift = {};
  EXPECT_GT(SnrDb(Run(problem, 1), problem.Reference()), WantedSnrDb());
}

// Integers have one right sum; of floats only the order of additions may differ.
TEST_P(NarrowConvTest, UnitsAgree) {
  ConvProblem problem(75, 100, 40, 7, 3);
  problem.FuseEverything();
  NarrowFormat portable = format();
  portable.unit = DotUnit::kPortable;
  const auto want = problem.OutputOnly(Run(problem, 1, portable));
  const auto got = problem.OutputOnly(Run(problem, 1));
  if (format().type == NarrowType::kI8) {
    EXPECT_EQ(got, want);
  } else {
    EXPECT_GT(SnrDb(got, want), 115.0);
  }
}

}  // namespace
}  // namespace litetts::kernels
