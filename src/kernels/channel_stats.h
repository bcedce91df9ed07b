#pragma once

#include <cstddef>
#include <span>

namespace litetts::kernels {

// Mean and biased variance per channel over all rows, combined in a fixed order in double, so that
// they do not depend on the number of threads.
struct ChannelStats {
  std::span<float> mean;      // [channels]
  std::span<float> variance;  // [channels]
};

// Joins the statistics of consecutive row blocks (Chan, Golub and LeVeque 1979, pairwise update).
// `blocks`: [num_blocks][2][channels], mean and sum of squared deviations from it of each block;
// every block has `block_rows` rows but the last, which has what is left of `rows`.
void CombineStats(const double* blocks, size_t num_blocks, size_t block_rows, size_t rows,
                  const ChannelStats& stats);

}  // namespace litetts::kernels
