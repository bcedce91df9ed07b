#pragma once

#include <cmath>
#include <vector>

#include "kernels/conv.h"

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
  const size_t row_bytes = weights.columns * WeightSize(weights.type);
  const auto transformed = [&](size_t t, size_t c) {
    double v = x.Row(t)[c];
    if (!input.scale.empty()) v = v * input.scale[c] + input.shift[c];
    const double alpha = input.alpha.empty() ? 1.0 : input.alpha[c];
    return Activate(input.activation, v, input.slope, alpha);
  };
  std::vector<double> in(options.kernel * x.columns);
  for (size_t t = 0; t < out.rows; ++t) {
    for (size_t k = 0; k < options.kernel; ++k) {
      const size_t row = t * options.stride + k * options.dilation;  // of the padded input
      for (size_t c = 0; c < x.columns; ++c) {
        const bool is_inside = row >= options.padding && row - options.padding < x.rows;
        in[k * x.columns + c] = is_inside ? transformed(row - options.padding, c) : 0.0;
      }
    }
    for (size_t o = 0; o < out.columns; ++o) {
      double sum = 0.0;
      for (size_t i = 0; i < in.size(); ++i) {
        const auto* row = static_cast<const char*>(weights.data) + i * row_bytes;
        sum += in[i] * WeightAt(weights.type, row, o);
      }
      sum = sum * WeightScale(weights, o) + (options.bias.empty() ? 0.0 : options.bias[o]);
      sum = Activate(options.output_activation, sum, 0.0, 1.0);
      if (!options.residual.empty()) sum += options.residual.Row(t)[o];
      out.Row(t)[o] = static_cast<float>(sum * options.output_scale);
    }
  }
  if (options.stats == nullptr) return;
  for (size_t o = 0; o < out.columns; ++o) {
    double sum = 0.0;
    double squares = 0.0;
    for (size_t t = 0; t < out.rows; ++t) sum += out.Row(t)[o];
    const double mean = sum / static_cast<double>(out.rows);
    for (size_t t = 0; t < out.rows; ++t) {
      squares += (out.Row(t)[o] - mean) * (out.Row(t)[o] - mean);
    }
    options.stats->mean[o] = static_cast<float>(mean);
    options.stats->variance[o] = static_cast<float>(squares / static_cast<double>(out.rows));
  }
}

}  // namespace litetts::kernels::ref
