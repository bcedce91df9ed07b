#include "kernels/norm.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/norm_ref.h"
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
      std::vector<float> want_mean(columns, NAN), want_variance(columns, NAN);
      ref::ComputeChannelStats({x.data(), rows, columns, columns}, {want_mean, want_variance});
      for (size_t c = 0; c < columns; ++c) {
        EXPECT_NEAR(mean[c], want_mean[c], 1e-6 * (1.0 + std::abs(want_mean[c])));
        EXPECT_NEAR(variance[c], want_variance[c], 2e-5);
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
    std::vector<float> want(x.size(), NAN);
    ref::LayerNorm({original.data(), rows, columns, columns},
                   {.scale = scale, .shift = shift, .epsilon = 1e-5f},
                   {want.data(), rows, columns, columns});
    for (size_t i = 0; i < want.size(); ++i) EXPECT_NEAR(x[i], want[i], 1e-5);
  }
}

}  // namespace
}  // namespace litetts::kernels
