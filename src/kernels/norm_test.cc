#include "kernels/norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

class NormTest : public TargetTest {};
LITETTS_INSTANTIATE_TARGETS(NormTest);

TEST_P(NormTest, ChannelStatsMatchDoubleSumsForEveryTail) {
  for (const size_t rows : {1, 2, 255, 256, 257, 1000}) {
    for (const size_t columns : {1, 3, 16, 17, 33, 70}) {
      auto x = NormalValues(rows * columns, 3);
      for (size_t i = 0; i < x.size(); ++i) x[i] += 10.0f * static_cast<float>(i % columns);
      std::vector<float> mean(columns, NAN), variance(columns, NAN);
      ThreadPool pool(2);
      Arena arena;
      ComputeChannelStats({x.data(), rows, columns, columns}, pool, arena, {mean, variance});
      for (size_t c = 0; c < columns; ++c) {
        double sum = 0.0;
        double squares = 0.0;
        for (size_t r = 0; r < rows; ++r) sum += x[r * columns + c];
        const double want = sum / static_cast<double>(rows);
        for (size_t r = 0; r < rows; ++r) squares += std::pow(x[r * columns + c] - want, 2);
        EXPECT_NEAR(mean[c], want, 1e-6 * (1.0 + std::abs(want)));
        EXPECT_NEAR(variance[c], squares / static_cast<double>(rows), 2e-5);
      }
    }
  }
}

TEST_P(NormTest, LayerNormMatchesDoubleForEveryTailInPlace) {
  for (const size_t columns : {1, 5, 16, 31, 128, 513}) {
    const size_t rows = 19;
    auto x = NormalValues(rows * columns, 4);
    const auto scale = NormalValues(columns, 5);
    const auto shift = NormalValues(columns, 6);
    const auto original = x;
    ThreadPool pool(2);
    const Matrix view = {x.data(), rows, columns, columns};
    LayerNorm(view, {.scale = scale, .shift = shift, .epsilon = 1e-5f}, pool, view);
    for (size_t r = 0; r < rows; ++r) {
      const float* in = &original[r * columns];
      double mean = 0.0;
      double squares = 0.0;
      for (size_t c = 0; c < columns; ++c) mean += in[c] / static_cast<double>(columns);
      for (size_t c = 0; c < columns; ++c) squares += std::pow(in[c] - mean, 2);
      const double deviation = std::sqrt(squares / static_cast<double>(columns) + 1e-5);
      for (size_t c = 0; c < columns; ++c) {
        EXPECT_NEAR(x[r * columns + c], (in[c] - mean) / deviation * scale[c] + shift[c], 1e-5);
      }
    }
  }
}

}  // namespace
}  // namespace litetts::kernels
