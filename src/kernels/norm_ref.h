#pragma once

#include <cmath>

#include "kernels/norm.h"

namespace litetts::kernels::ref {

// The definition of ComputeChannelStats().
inline void ComputeChannelStats(const ConstMatrix& x, const ChannelStats& stats) {
  for (size_t c = 0; c < x.columns; ++c) {
    double sum = 0.0;
    double squares = 0.0;
    for (size_t r = 0; r < x.rows; ++r) sum += x.Row(r)[c];
    const double mean = sum / static_cast<double>(x.rows);
    for (size_t r = 0; r < x.rows; ++r) squares += (x.Row(r)[c] - mean) * (x.Row(r)[c] - mean);
    stats.mean[c] = static_cast<float>(mean);
    stats.variance[c] = static_cast<float>(squares / static_cast<double>(x.rows));
  }
}

// The definition of LayerNorm().
inline void LayerNorm(const ConstMatrix& x, const LayerNormOptions& options, const Matrix& out) {
  const auto count = static_cast<double>(x.columns);
  for (size_t r = 0; r < x.rows; ++r) {
    const float* in = x.Row(r);
    double sum = 0.0;
    double squares = 0.0;
    for (size_t c = 0; c < x.columns; ++c) sum += in[c];
    const double mean = sum / count;
    for (size_t c = 0; c < x.columns; ++c) squares += (in[c] - mean) * (in[c] - mean);
    const double deviation = std::sqrt(squares / count + options.epsilon);
    for (size_t c = 0; c < x.columns; ++c) {
      const double normal = (in[c] - mean) / deviation;
      out.Row(r)[c] = static_cast<float>(normal * options.scale[c] + options.shift[c]);
    }
  }
}

}  // namespace litetts::kernels::ref
