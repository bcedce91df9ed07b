#pragma once

#include <cstddef>
#include <span>

#include "base/arena.h"
#include "base/thread_pool.h"
#include "kernels/channel_stats.h"
#include "kernels/matrix.h"
#include "kernels/weights.h"

namespace litetts::kernels {

enum class Activation {
  kNone,
  kLeakyRelu,  // x >= 0 ? x : slope * x
  kSnake,      // x + sin(alpha x)^2 / alpha, alpha per channel
  kGelu,       // tanh form, only as an output activation
};

// y = activation(x * scale + shift), applied to the input while it is loaded. AdaIN is such an
// affine map.
struct InputTransform {
  std::span<const float> scale = {};  // [in_channels] or empty (then `shift` is empty too)
  std::span<const float> shift = {};  // [in_channels]
  Activation activation = Activation::kNone;
  float slope = 0.0f;                 // leaky ReLU
  std::span<const float> alpha = {};  // Snake, [in_channels]
};

class NarrowFilter;    // kernels/narrow_conv.h
struct NarrowFormat;   // kernels/narrow_conv.h
class ToomCookFilter;  // kernels/toom_cook.h

struct ConvOptions {
  size_t kernel = 1;
  size_t dilation = 1;
  size_t stride = 1;
  // Zero rows before row 0, after the input transform; rows past the end read as zero too.
  size_t padding = 0;
  InputTransform input = {};
  std::span<const float> bias = {};  // [out_channels] or empty
  Activation output_activation =
      Activation::kNone;          // after bias, before the residual; kNone or kGelu
  ConstMatrix residual = {};      // [out rows, out_channels] or empty; may be `out` itself
  float output_scale = 1.0f;      // out = (conv + bias + residual) * output_scale
  ChannelStats* stats = nullptr;  // of `out`, or none
  // The same weights prepared for Toom-Cook multiplication, or none: direct. Needs stride 1.
  const ToomCookFilter* toom_cook = nullptr;
  // The same weights prepared for multiplication in bfloat16 or int8, or none.
  const NarrowFilter* narrow = nullptr;
  // Without `narrow`: how to multiply int8 weights, packed as they are used; bfloat16 only. None:
  // in float, or as exactly.
  const NarrowFormat* packed_as = nullptr;
};

// Rows of the output for `input_rows` rows of input, with `padding` zero rows at both ends.
size_t ConvOutputRows(size_t input_rows, const ConvOptions& options);

// out[t, o] = sum over k, c of transform(x)[t * stride + k * dilation - padding, c] * w[k * C + c,
// o], then the epilogue. A linear layer is kernel 1; a transposed convolution with kernel = 2 *
// stride is kernel 2 with stride * out_channels columns (docs/formats/model-file.md). Splits the
// work by problem size over `pool`; scratch comes from `arena` and is given back. `out` must not
// alias `x`. REQUIRES: weights.rows = kernel * x.columns, out.columns = weights.columns. One thread
// at a time per pool and arena.
void Conv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
            ThreadPool& pool, Arena& arena, const Matrix& out);

}  // namespace litetts::kernels
