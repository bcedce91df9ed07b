#pragma once

#include <cstddef>
#include <span>

#include "base/aligned.h"
#include "base/thread_pool.h"
#include "kernels/conv.h"
#include "kernels/narrow_tile.h"

namespace litetts::kernels {

// How a convolution multiplies.
struct NarrowFormat {
  NarrowType type = NarrowType::kBf16;
  // Bfloat16s whose sum an input is. One keeps 8 bits. Three keep all 24: with 8-bit weights, which
  // are bfloat16s themselves, the products are those of floats.
  size_t terms = 1;
  DotUnit unit = DotUnit::kPortable;
};

// Filters packed for multiplication in narrow types. Int8 weights keep their integers and scale;
// others are rounded to bfloat16, or to int8 with a scale for each column. Two bytes or one for a
// weight. Immutable, thread-safe; borrows nothing.
class NarrowFilter {
 public:
  // REQUIRES: weights.rows a multiple of kernel; for int8 at most kMaxInt8Channels inputs.
  NarrowFilter(const Weights& weights, size_t kernel, NarrowFormat format, ThreadPool& pool);

  static constexpr size_t kMaxInt8Channels = 2048;

  size_t kernel() const { return kernel_; }
  size_t inputs() const { return inputs_; }
  size_t outputs() const { return outputs_; }
  const NarrowFormat& format() const { return format_; }
  // [panels of 32 columns][taps][chunks][groups][columns] of four bytes (kernels/narrow_tile.h).
  std::span<const std::byte> panels() const { return panels_.span(); }
  // Of each column.
  std::span<const float> scale() const { return scale_.span(); }

 private:
  size_t kernel_;
  size_t inputs_;
  size_t outputs_;
  NarrowFormat format_;
  AlignedBuffer<std::byte> panels_;
  AlignedBuffer<float> scale_;
};

// The format that multiplies 8-bit weights with floats as exactly as floats do, on AMX.
inline constexpr NarrowFormat kExactAmx = {NarrowType::kBf16, 3, DotUnit::kAmx};

// Conv1d() where options.narrow is set. Inputs are rounded after the input transform: to
// bfloat16, or to int8 with a scale for each row, so that no row depends on its neighbours.
// Without options.narrow, for int8 weights: packs as it goes and multiplies as options.packed_as
// tells, else, on AMX, as kExactAmx.
void NarrowConv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                  ThreadPool& pool, Arena& arena, const Matrix& out);

}  // namespace litetts::kernels
