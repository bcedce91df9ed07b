#include "kernels/toom_cook.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/conv_ref.h"
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

struct Problem {
  Problem(size_t num_rows, size_t num_inputs, size_t num_outputs, size_t kernel, size_t dilation)
      : rows(num_rows),
        inputs(num_inputs),
        outputs(num_outputs),
        x(NormalValues(rows * inputs, 1)),
        values(kernel * inputs * outputs),
        channel(NormalValues(std::max(inputs, outputs), 2)),
        alpha(inputs),
        residual(NormalValues(rows * outputs, 3)) {
    const auto noise = NormalValues(values.size(), 4);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int8_t>(noise[i] * 30);
    for (size_t i = 0; i < inputs; ++i) alpha[i] = 0.3f + 0.1f * static_cast<float>(i % 9);
    options = {.kernel = kernel, .dilation = dilation, .padding = dilation * (kernel - 1) / 2};
    weights = {values.data(), WeightType::kI8, kernel * inputs, outputs, scale};
  }

  void FuseEverything() {
    options.input = {.scale = std::span(channel).first(inputs),
                     .shift = std::span(channel).first(inputs),
                     .activation = Activation::kSnake,
                     .alpha = alpha};
    options.bias = std::span(channel).first(outputs);
    options.residual = {residual.data(), rows, outputs, outputs};
    options.output_scale = 0.70710678f;
  }

  // Output, then means, then variances.
  std::vector<float> Run(size_t threads) {
    ThreadPool pool(threads);
    Arena arena;
    const ToomCookFilter filter(weights, options.kernel, pool);
    std::vector<float> out((rows + 2) * outputs, NAN);
    ChannelStats stats = {std::span(out).subspan(rows * outputs, outputs),
                          std::span(out).last(outputs)};
    options.stats = &stats;
    options.toom_cook = &filter;
    Conv1d({x.data(), rows, inputs, inputs}, weights, options, pool, arena,
           {out.data(), rows, outputs, outputs});
    options.toom_cook = nullptr;
    options.stats = nullptr;
    return out;
  }

  std::vector<float> Reference() {
    std::vector<float> out((rows + 2) * outputs, NAN);
    ChannelStats stats = {std::span(out).subspan(rows * outputs, outputs),
                          std::span(out).last(outputs)};
    options.stats = &stats;
    ref::Conv1d({x.data(), rows, inputs, inputs}, weights, options,
                {out.data(), rows, outputs, outputs});
    options.stats = nullptr;
    return out;
  }

  size_t rows, inputs, outputs;
  std::vector<float> x;
  std::vector<int8_t> values;
  std::vector<float> channel, alpha, residual;
  std::vector<float> scale = {0.02f};
  ConvOptions options;
  Weights weights;
};

double SnrDb(const std::vector<float>& got, const std::vector<float>& want) {
  double signal = 0.0;
  double noise = 1e-300;
  for (size_t i = 0; i < want.size(); ++i) {
    signal += static_cast<double>(want[i]) * want[i];
    noise += (static_cast<double>(got[i]) - want[i]) * (static_cast<double>(got[i]) - want[i]);
  }
  return 10.0 * std::log10(signal / noise);
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
        Problem problem(rows, 19, 33, kernel, dilation);
        EXPECT_GT(SnrDb(problem.Run(1), problem.Reference()), kSnrDb)
            << kernel << " " << dilation << " " << rows;
        problem.FuseEverything();
        EXPECT_GT(SnrDb(problem.Run(1), problem.Reference()), kSnrDb)
            << kernel << " " << dilation << " " << rows;
      }
    }
  }
}

TEST_P(ToomCookTest, IsAccurateAtTheModelsWidth) {
  for (const size_t kernel : {3, 7, 11}) {
    Problem problem(50, 256, 64, kernel, 1);
    const double snr = SnrDb(problem.Run(1), problem.Reference());
    EXPECT_GT(snr, kSnrDb) << kernel;
    RecordProperty("snr_db_kernel_" + std::to_string(kernel), std::to_string(snr));
  }
}

TEST_P(ToomCookTest, GivesTheSameBitsForAnyNumberOfThreads) {
  for (const size_t kernel : {3, 11}) {
    Problem problem(700, 24, 70, kernel, 3);
    problem.FuseEverything();
    const auto want = problem.Run(1);
    EXPECT_EQ(problem.Run(2), want);
    EXPECT_EQ(problem.Run(5), want);
  }
}

}  // namespace
}  // namespace litetts::kernels
