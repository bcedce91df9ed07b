#pragma once

#include <span>

#include "base/arena.h"
#include "base/thread_pool.h"
#include "kernels/channel_stats.h"
#include "kernels/matrix.h"

namespace litetts::kernels {

// Mean and biased variance of every column of x over its rows. The same bits for any number of
// threads. REQUIRES: x.rows > 0.
void ComputeChannelStats(const ConstMatrix& x, ThreadPool& pool, Arena& arena,
                         const ChannelStats& stats);

// out row = (row - mean) / sqrt(variance + epsilon) * scale + shift, with mean and biased variance
// over the row's columns. `out` may be `x`. scale and shift: [columns].
struct LayerNormOptions {
  std::span<const float> scale;
  std::span<const float> shift;
  float epsilon = 1e-5f;
};
void LayerNorm(const ConstMatrix& x, const LayerNormOptions& options, ThreadPool& pool,
               const Matrix& out);

}  // namespace litetts::kernels
