#include "model/window.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/conv.h"

namespace litetts::model {
namespace {

TEST(RowRangeTest, WidensToStepsInsideTheSequence) {
  const auto widened = [](RowRange rows, size_t reach, size_t step) {
    const RowRange result = Widen(rows, reach, step, /*total=*/100);
    return std::pair(result.begin, result.end);
  };
  EXPECT_EQ(widened({12, 24}, 0, 6), std::pair(size_t{12}, size_t{24}));
  EXPECT_EQ(widened({13, 25}, 0, 6), std::pair(size_t{12}, size_t{30}));
  EXPECT_EQ(widened({30, 36}, 7, 6), std::pair(size_t{18}, size_t{48}));
  EXPECT_EQ(widened({3, 90}, 5, 6), std::pair(size_t{0}, size_t{96}));
  EXPECT_EQ(widened({3, 97}, 5, 6), std::pair(size_t{0}, size_t{100}));
}

TEST(ConvWindowTest, GivesRowsOfTheWhole) {
  constexpr size_t kRows = 61;
  constexpr size_t kInputs = 3;
  constexpr size_t kOutputs = 5;
  std::vector<float> x(kRows * kInputs);
  for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(0.7f * static_cast<float>(i));
  std::vector<float> weights(4 * kInputs * kOutputs);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = std::cos(1.3f * static_cast<float>(i));
  const Linear layer = {
      .weights = {.data = weights.data(), .rows = 4 * kInputs, .columns = kOutputs, .scale = {}},
      .bias = {}};
  Workspace workspace(1);
  const Request request;
  LayerContext context(request, workspace);
  for (const kernels::ConvOptions& options : {kernels::ConvOptions{.kernel = 4},
                                              {.kernel = 4, .dilation = 2, .padding = 3},
                                              {.kernel = 4, .stride = 3, .padding = 2}}) {
    const size_t num_rows = kernels::ConvOutputRows(kRows, options);
    const kernels::Matrix whole = context.NewMatrix(num_rows, kOutputs);
    kernels::Matrix input = {x.data(), kRows, kInputs, kInputs};
    context.Conv(input, layer, options, whole);
    for (const RowRange out :
         {RowRange{0, 1}, {1, 4}, {7, 13}, {num_rows - 4, num_rows}, {0, num_rows}}) {
      // All rows that `out` depends on, and no more.
      const size_t first = out.begin * options.stride;
      const size_t begin = first - std::min(first, options.padding);
      const size_t last = (out.end - 1) * options.stride + 3 * options.dilation;
      const size_t end = std::min(last + 1 - std::min(last, options.padding), kRows);
      const kernels::Matrix part = context.NewMatrix(out.size(), kOutputs);
      ConvWindow(context, {input.Rows(begin, end - begin), begin, kRows}, layer, options, out,
                 part);
      for (size_t row = 0; row < out.size(); ++row) {
        for (size_t c = 0; c < kOutputs; ++c) {
          EXPECT_EQ(part.Row(row)[c], whole.Row(out.begin + row)[c])
              << out.begin << " to " << out.end << ", row " << row;
        }
      }
    }
  }
}

}  // namespace
}  // namespace litetts::model
