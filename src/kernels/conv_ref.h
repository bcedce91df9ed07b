#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/conv.h"
#include "kernels/norm_ref.h"

namespace litetts::kernels::ref {

inline double Activate(Activation activation, double x, double slope, double alpha) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kLeakyRelu:
      return x < 0.0 ? slope * x : x;
    case Activation::kSnake:
      return x + std::sin(alpha * x) * std::sin(alpha * x) / alpha;
    case Activation::kGelu:
      return 0.5 * x * (1.0 + std::tanh(std::sqrt(2.0 / M_PI) * (x + 0.044715 * x * x * x)));
  }
  return x;
}

// The definition of Conv1d(), statistics included.
inline void Conv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                   const Matrix& out) {
  const InputTransform& input = options.input;
  std::vector<double> transformed(x.rows * x.columns);
  for (size_t i = 0; i < transformed.size(); ++i) {
    const size_t c = i % x.columns;
    double v = x.Row(i / x.columns)[c];
    if (!input.scale.empty()) v = v * input.scale[c] + input.shift[c];
    transformed[i] =
        Activate(input.activation, v, input.slope, input.alpha.empty() ? 1.0 : input.alpha[c]);
  }
  std::vector<double> wide(weights.rows * weights.columns);
  for (size_t i = 0; i < wide.size(); ++i) wide[i] = WeightAt(weights.type, weights.data, i);
  std::vector<double> sums(out.columns);
  for (size_t t = 0; t < out.rows; ++t) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (size_t k = 0; k < options.kernel; ++k) {
      const size_t row = t * options.stride + k * options.dilation;  // of the padded input
      if (row < options.padding || row - options.padding >= x.rows) continue;
      for (size_t c = 0; c < x.columns; ++c) {
        const double value = transformed[(row - options.padding) * x.columns + c];
        const double* weight = &wide[(k * x.columns + c) * weights.columns];
        for (size_t o = 0; o < out.columns; ++o) sums[o] += value * weight[o];
      }
    }
    for (size_t o = 0; o < out.columns; ++o) {
      double y = sums[o] * WeightScale(weights, o) + (options.bias.empty() ? 0.0 : options.bias[o]);
      y = Activate(options.output_activation, y, 0.0, 1.0);
      if (!options.residual.empty()) y += options.residual.Row(t)[o];
      out.Row(t)[o] = static_cast<float>(y * options.output_scale);
    }
  }
  if (options.stats != nullptr) ComputeChannelStats(out, *options.stats);
}

}  // namespace litetts::kernels::ref
