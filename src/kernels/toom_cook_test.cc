#include "kernels/toom_cook.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/conv_problem_test.h"
#include "kernels/targets_test.h"
#include "kernels/toom_cook_points.h"

namespace litetts::kernels {
namespace {

// The matrices alone, in double: exact but for rounding.
template <size_t kOutputs, size_t kTaps>
void ExpectConvolves() {
  constexpr ToomCookMatrices<kOutputs, kTaps> matrices;
  constexpr size_t kPoints = kOutputs + kTaps - 1;
  const auto data = NormalValues(kPoints, 1);
  const auto taps = NormalValues(kTaps, 2);
  for (size_t j = 0; j < kOutputs; ++j) {
    double want = 0.0;
    for (size_t k = 0; k < kTaps; ++k) want += static_cast<double>(taps[k]) * data[j + k];
    double got = 0.0;
    for (size_t p = 0; p < kPoints; ++p) {
      double filter = 0.0;
      double input = 0.0;
      for (size_t k = 0; k < kTaps; ++k) filter += matrices.filter[p][k] * taps[k];
      for (size_t i = 0; i < kPoints; ++i) input += matrices.input[p][i] * data[i];
      got += matrices.output[p][j] * filter * input;
    }
    EXPECT_NEAR(got, want, 1e-11);
  }
}

TEST(ToomCookMatricesTest, ConvolveWithFewerProducts) {
  ExpectConvolves<6, 3>();
  ExpectConvolves<6, 7>();
  ExpectConvolves<6, 6>();
}

// Output, then means, then variances.
std::vector<float> RunToomCook(ConvProblem& problem, size_t threads) {
  ThreadPool pool(threads);
  const ToomCookFilter filter(problem.weights, problem.options.kernel, pool);
  problem.options.toom_cook = &filter;
  std::vector<float> out = problem.Run(pool);
  problem.options.toom_cook = nullptr;
  return out;
}

class ToomCookTest : public TargetTest {};
LITETTS_INSTANTIATE_TARGETS(ToomCookTest);

// Measured: 110 dB for 7 taps, which is float's 140 less the growth of intermediate values. The
// waveform then keeps 100 dB after dozens of convolutions.
constexpr double kSnrDb = 105.0;

TEST_P(ToomCookTest, MatchesReferenceForEveryTail) {
  for (const size_t kernel : {3, 7, 11}) {
    for (const size_t dilation : {1, 3, 5}) {
      for (const size_t rows : {1, 5, 6, 7, 13, 31, 61}) {
        ConvProblem problem(rows, 19, 33, kernel, dilation);
        EXPECT_GT(SnrDb(RunToomCook(problem, 1), problem.Reference()), kSnrDb)
            << kernel << " " << dilation << " " << rows;
        problem.FuseEverything();
        EXPECT_GT(SnrDb(RunToomCook(problem, 1), problem.Reference()), kSnrDb)
            << kernel << " " << dilation << " " << rows;
      }
    }
  }
}

TEST_P(ToomCookTest, IsAccurateAtTheModelsWidth) {
  for (const size_t kernel : {3, 7, 11}) {
    ConvProblem problem(50, 256, 64, kernel, 1);
    const double snr = SnrDb(RunToomCook(problem, 1), problem.Reference());
    EXPECT_GT(snr, kSnrDb) << kernel;
    RecordProperty("snr_db_kernel_" + std::to_string(kernel), std::to_string(snr));
  }
}

TEST_P(ToomCookTest, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const size_t kernel : {3, 11}) {
    ConvProblem problem(700, 24, 70, kernel, 3);
    problem.FuseEverything();
    const auto want = RunToomCook(problem, 1);
    EXPECT_EQ(RunToomCook(problem, 2), want);
    EXPECT_EQ(RunToomCook(problem, 5), want);
  }
}

}  // namespace
}  // namespace litetts::kernels
