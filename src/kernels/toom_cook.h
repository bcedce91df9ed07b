#pragma once

#include <cstddef>
#include <span>

#include "base/aligned.h"
#include "base/thread_pool.h"
#include "kernels/conv.h"

namespace litetts::kernels {

// Filters of a stride-1 convolution with 3, 7 or 11 taps, transformed for Toom-Cook multiplication
// in time: Conv1d then needs 2.25, 3.5 or 3 times fewer multiplications, with a rounding error
// about 110 dB below the output. They take 8/3, 12/7 or 2 floats of memory for a weight. Prepared
// for the SIMD target in use. Immutable, thread-safe; borrows nothing.
class ToomCookFilter {
 public:
  // Output rows of a tile. Rows of one tile share their rounding errors, so a convolution of part
  // of a sequence gives the bits of the whole if it begins and ends at multiples of dilation *
  // kTileRows and reads the rows under ReadTaps().
  static constexpr size_t kTileRows = 6;
  // Taps that are read for an output row: 11 with one more, of weight zero.
  static constexpr size_t ReadTaps(size_t kernel) { return kernel == 11 ? 12 : kernel; }

  static bool Supports(size_t kernel) { return kernel == 3 || kernel == 7 || kernel == 11; }

  // REQUIRES: Supports(kernel), weights.rows a multiple of kernel.
  ToomCookFilter(const Weights& weights, size_t kernel, ThreadPool& pool);

  size_t kernel() const { return kernel_; }
  size_t inputs() const { return inputs_; }
  size_t outputs() const { return outputs_; }
  // [panels of tile_columns outputs][points][pieces * inputs][tile_columns], without weights.scale.
  std::span<const float> values() const { return values_.span(); }
  size_t tile_columns() const { return tile_columns_; }

 private:
  size_t kernel_;
  size_t inputs_;
  size_t outputs_;
  size_t tile_columns_;
  AlignedBuffer<float> values_;
};

// Conv1d() where options.toom_cook is set.
void ToomCookConv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                    ThreadPool& pool, Arena& arena, const Matrix& out);

}  // namespace litetts::kernels
