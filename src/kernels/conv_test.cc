#include "kernels/conv.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/conv_ref.h"
#include "kernels/simd.h"
#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

struct Case {
  size_t rows, inputs, outputs;
  ConvOptions options;
  WeightType type = WeightType::kF32;
};

// The buffers of one convolution with every optional part filled in.
struct Problem {
  explicit Problem(const Case& c, uint32_t seed = 1)
      : options(c.options),
        out_rows(ConvOutputRows(c.rows, c.options)),
        x(NormalValues(c.rows * c.inputs, seed)),
        values(c.options.kernel * c.inputs * c.outputs * 4),
        channel(NormalValues(std::max(c.inputs, c.outputs), seed + 1)),
        alpha(c.inputs),
        residual(NormalValues(out_rows * c.outputs, seed + 2)),
        x_view{x.data(), c.rows, c.inputs, c.inputs},
        weights{values.data(), c.type, c.options.kernel * c.inputs, c.outputs, {}} {
    for (size_t i = 0; i < alpha.size(); ++i) alpha[i] = 0.3f + 0.1f * static_cast<float>(i % 9);
    const auto noise = NormalValues(c.options.kernel * c.inputs * c.outputs, seed + 3);
    for (size_t i = 0; i < noise.size(); ++i) SetWeight(i, noise[i]);
  }

  void SetWeight(size_t i, float value) {
    if (weights.type == WeightType::kF32) reinterpret_cast<float*>(values.data())[i] = value;
    if (weights.type == WeightType::kI8) values[i] = static_cast<int8_t>(value * 30);
    if (weights.type == WeightType::kF16) {  // truncates: any half will do
      const auto bits = std::bit_cast<uint32_t>(value);
      const auto half =
          static_cast<uint16_t>((bits >> 16 & 0x8000) |
                                (((bits >> 23 & 255) - 112) << 10 & 0x7C00) | (bits >> 13 & 1023));
      reinterpret_cast<uint16_t*>(values.data())[i] = half;
    }
  }

  void FuseEverything() {
    options.input = {.scale = std::span(channel).first(x_view.columns),
                     .shift = std::span(channel).first(x_view.columns),
                     .activation = Activation::kSnake,
                     .alpha = alpha};
    options.bias = std::span(channel).first(weights.columns);
    options.residual = {residual.data(), out_rows, weights.columns, weights.columns};
    options.output_scale = 0.70710678f;
  }

  // The largest difference from the reference relative to the output's RMS.
  double Error(size_t threads = 1) {
    std::vector<float> want(out_rows * weights.columns, NAN);
    std::vector<float> got(want);
    std::vector<float> statistics(4 * weights.columns, NAN);
    const auto part = [&](size_t i) {
      return std::span(statistics).subspan(i * weights.columns, weights.columns);
    };
    ChannelStats want_stats = {part(0), part(1)};
    ChannelStats got_stats = {part(2), part(3)};
    options.stats = &want_stats;
    ref::Conv1d(x_view, weights, options,
                {want.data(), out_rows, weights.columns, weights.columns});
    options.stats = &got_stats;
    ThreadPool pool(threads);
    Arena arena;
    Conv1d(x_view, weights, options, pool, arena,
           {got.data(), out_rows, weights.columns, weights.columns});
    double error = 0.0;
    double squares = 1e-30;
    for (size_t i = 0; i < want.size(); ++i) {
      error = std::max(error, std::abs(static_cast<double>(want[i]) - got[i]));
      squares += static_cast<double>(want[i]) * want[i];
      if (std::isnan(got[i])) error = std::numeric_limits<double>::infinity();
    }
    const double rms = std::sqrt(squares / static_cast<double>(want.size()));
    for (size_t o = 0; o < weights.columns; ++o) {
      EXPECT_NEAR(got_stats.mean[o], want_stats.mean[o], 1e-5 * rms);
      EXPECT_NEAR(got_stats.variance[o], want_stats.variance[o], 1e-5 * rms * rms);
    }
    return error / rms;
  }

  ConvOptions options;
  size_t out_rows;
  std::vector<float> x;
  std::vector<int8_t> values;  // bytes of the weights
  std::vector<float> channel;
  std::vector<float> alpha;
  std::vector<float> residual;
  ConstMatrix x_view;
  Weights weights;
};

// On AMX, int8 weights are multiplied elsewhere (narrow_conv_test).
class ConvTest : public TargetTest {
 protected:
  void SetUp() override {
    TargetTest::SetUp();
    HideAmxForTest(true);
  }
  void TearDown() override {
    HideAmxForTest(false);
    TargetTest::TearDown();
  }
};
LITETTS_INSTANTIATE_TARGETS(ConvTest);

// Sums of up to 1000 products in float: error grows with the square root, about 1e-6 of the RMS;
// the largest of many thousand values is a few times that.
constexpr double kTolerance = 1e-5;

TEST_P(ConvTest, MatchesReferenceForEveryTailOfRowsAndColumns) {
  for (size_t rows = 1; rows <= 31; rows += 3) {
    for (size_t outputs : {1, 2, 15, 16, 17, 31, 32, 33, 50, 65}) {
      Problem problem(
          {.rows = rows, .inputs = 7, .outputs = outputs, .options = {.kernel = 3, .padding = 1}});
      problem.FuseEverything();
      EXPECT_LT(problem.Error(), kTolerance) << rows << " x " << outputs;
    }
  }
}

TEST_P(ConvTest, MatchesReferenceForEveryKernelDilationAndStride) {
  for (const ConvOptions& options : {ConvOptions{.kernel = 7, .dilation = 3, .padding = 9},
                                     ConvOptions{.kernel = 11, .dilation = 5, .padding = 25},
                                     ConvOptions{.kernel = 12, .stride = 6, .padding = 3},
                                     ConvOptions{.kernel = 3, .stride = 2, .padding = 1},
                                     ConvOptions{.kernel = 2, .padding = 1}, ConvOptions{}}) {
    Problem problem({.rows = 61, .inputs = 22, .outputs = 40, .options = options});
    problem.FuseEverything();
    EXPECT_LT(problem.Error(), kTolerance) << options.kernel << " " << options.dilation;
  }
}

TEST_P(ConvTest, WidensEveryWeightType) {
  for (WeightType type : {WeightType::kF32, WeightType::kF16, WeightType::kI8}) {
    Problem problem(
        {.rows = 20, .inputs = 33, .outputs = 70, .options = {.kernel = 3}, .type = type});
    EXPECT_LT(problem.Error(), kTolerance);
    problem.weights.scale = std::span(problem.channel).first(1);
    EXPECT_LT(problem.Error(), kTolerance);
    problem.weights.scale = problem.channel;
    EXPECT_LT(problem.Error(), kTolerance);
  }
}

TEST_P(ConvTest, AppliesEachActivation) {
  Problem problem(
      {.rows = 20, .inputs = 16, .outputs = 33, .options = {.kernel = 3, .padding = 1}});
  problem.options.input = {.activation = Activation::kLeakyRelu, .slope = 0.2f};
  EXPECT_LT(problem.Error(), kTolerance);
  problem.options.output_activation = Activation::kGelu;
  EXPECT_LT(problem.Error(), kTolerance);
  for (const float scale : {0.0f, 1e-20f, 1e3f}) {
    for (float& value : problem.x) value *= scale;
    problem.options.input = {.activation = Activation::kSnake, .alpha = problem.alpha};
    EXPECT_LT(problem.Error(), kTolerance) << scale;
  }
}

TEST_P(ConvTest, GivesTheSameBitsForAnyNumberOfThreads) {
  Problem problem({.rows = 900,
                   .inputs = 24,
                   .outputs = 100,
                   .options = {.kernel = 7, .dilation = 3, .padding = 9}});
  problem.FuseEverything();
  std::vector<std::vector<float>> results;
  for (const size_t threads : {1, 2, 5}) {
    std::vector<float> out(problem.out_rows * 100);
    std::vector<float> statistics(200);
    ChannelStats stats = {std::span(statistics).first(100), std::span(statistics).last(100)};
    problem.options.stats = &stats;
    ThreadPool pool(threads);
    Arena arena;
    Conv1d(problem.x_view, problem.weights, problem.options, pool, arena,
           {out.data(), problem.out_rows, 100, 100});
    out.insert(out.end(), statistics.begin(), statistics.end());
    results.push_back(std::move(out));
  }
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST_P(ConvTest, MayAddToItsOwnOutput) {
  Problem problem({.rows = 30, .inputs = 8, .outputs = 8, .options = {.kernel = 3, .padding = 1}});
  std::vector<float> want(problem.residual);
  const Matrix out = {problem.residual.data(), 30, 8, 8};
  problem.options.residual = {want.data(), 30, 8, 8};
  std::vector<float> expected(want);
  ref::Conv1d(problem.x_view, problem.weights, problem.options, {expected.data(), 30, 8, 8});
  problem.options.residual = out;
  ThreadPool pool(1);
  Arena arena;
  Conv1d(problem.x_view, problem.weights, problem.options, pool, arena, out);
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(problem.residual[i], expected[i], 1e-4);
}

}  // namespace
}  // namespace litetts::kernels
