#pragma once

#include <cmath>
#include <vector>

#include "kernels/lstm.h"

namespace litetts::kernels::ref {

// The definition of Lstm().
inline void Lstm(const ConstMatrix& projections, const Weights& recurrent,
                 const LstmOptions& options, const Matrix& out) {
  const size_t units = recurrent.rows;
  const auto sigmoid = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
  std::vector<double> h(units), cell(units), z(4 * units);
  for (size_t i = 0; i < out.rows; ++i) {
    const size_t step = options.is_reverse ? out.rows - 1 - i : i;
    const size_t row = options.steps.empty() ? step : static_cast<size_t>(options.steps[step]);
    for (size_t o = 0; o < 4 * units; ++o) {
      double sum = 0.0;
      for (size_t j = 0; j < units; ++j) {
        const auto* weights = static_cast<const char*>(recurrent.data) +
                              j * recurrent.columns * WeightSize(recurrent.type);
        sum += h[j] * WeightAt(recurrent.type, weights, o);
      }
      z[o] = projections.Row(row)[o] + sum * WeightScale(recurrent, o);
    }
    for (size_t j = 0; j < units; ++j) {
      cell[j] = sigmoid(z[2 * units + j]) * cell[j] + sigmoid(z[j]) * std::tanh(z[3 * units + j]);
      h[j] = sigmoid(z[units + j]) * std::tanh(cell[j]);
      out.Row(step)[j] = static_cast<float>(h[j]);
    }
  }
}

}  // namespace litetts::kernels::ref
