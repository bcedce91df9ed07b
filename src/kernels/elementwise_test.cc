#include "kernels/elementwise.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

class ElementwiseTest : public TargetTest {};
LITETTS_INSTANTIATE_TARGETS(ElementwiseTest);

TEST_P(ElementwiseTest, AddAndLeakyReluTouchJustTheirColumns) {
  ThreadPool pool(2);
  for (const size_t columns : {1, 7, 16, 17, 40}) {
    const size_t rows = 70;
    const size_t stride = columns + 3;
    const auto x = NormalValues(rows * stride, 1);
    auto sum = NormalValues(rows * stride, 2);
    std::vector<float> relu(rows * stride, -9.0f);
    const auto before = sum;
    const ConstMatrix in = {x.data(), rows, columns, stride};
    Add(in, pool, {sum.data(), rows, columns, stride});
    LeakyRelu(in, 0.25f, pool, {relu.data(), rows, columns, stride});
    for (size_t i = 0; i < x.size(); ++i) {
      const bool is_inside = i % stride < columns;
      EXPECT_EQ(sum[i], is_inside ? before[i] + x[i] : before[i]);
      EXPECT_EQ(relu[i], !is_inside ? -9.0f : x[i] < 0.0f ? 0.25f * x[i] : x[i]);
    }
  }
}

TEST_P(ElementwiseTest, WidenRowAppliesTheScale) {
  const std::array<int8_t, 6> values = {1, -2, 3, 4, 5, -6};
  const std::array<float, 3> scale = {1.0f, 10.0f, 100.0f};
  std::array<float, 3> row;
  WidenRow({values.data(), WeightType::kI8, 2, 3, scale}, 1, row);
  EXPECT_EQ(row, (std::array<float, 3>{4.0f, 50.0f, -600.0f}));
  const std::array<uint16_t, 3> halves = {0x3C00, 0xC000, 0x0001};  // 1, -2, 2^-24
  WidenRow({halves.data(), WeightType::kF16, 1, 3, {}}, 0, row);
  EXPECT_EQ(row, (std::array<float, 3>{1.0f, -2.0f, 5.9604645e-8f}));
}

}  // namespace
}  // namespace litetts::kernels
