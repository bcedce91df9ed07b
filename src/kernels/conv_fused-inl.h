// What a convolution does to its input rows and its sums, whatever multiplies them. Included once
// per SIMD target.
#if defined(LITETTS_KERNELS_CONV_FUSED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_CONV_FUSED_INL_H_
#undef LITETTS_KERNELS_CONV_FUSED_INL_H_
#else
#define LITETTS_KERNELS_CONV_FUSED_INL_H_
#endif

#include <algorithm>
#include <cstddef>

#include "hwy/highway.h"
#include "kernels/conv.h"
#include "kernels/conv_tile-inl.h"
#include "kernels/math-inl.h"
#include "kernels/partial-inl.h"
#include "kernels/snake-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// One convolution, as its tasks see it.
struct Job {
  const ConstMatrix& x;
  const Weights& weights;
  const ConvOptions& options;
  const Matrix& out;
  size_t scratch_stride;       // elements between rows of the transformed input
  const float* inverse_alpha;  // [in channels] for Snake
  double* stats;               // [blocks][2][columns]: mean, sum of squared deviations; or null
};

// Without the room for statistics, whose number of blocks is not known here.
inline Job MakeJob(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                   Arena& arena, const Matrix& out) {
  Job job = {.x = x,
             .weights = weights,
             .options = options,
             .out = out,
             // 16 more than a multiple of 16: rows at a power of two apart would share a few cache
             // sets.
             .scratch_stride = RoundUp(x.columns, 16) + 16,
             .inverse_alpha = nullptr,
             .stats = nullptr};
  if (options.input.activation == Activation::kSnake) {
    const std::span<float> inverse = arena.Allocate<float>(x.columns);
    for (size_t c = 0; c < x.columns; ++c) inverse[c] = 1.0f / options.input.alpha[c];
    job.inverse_alpha = inverse.data();
  }
  return job;
}

// Writes act(x * scale + shift) of one row.
inline void TransformRow(const float* HWY_RESTRICT in, const InputTransform& transform,
                         const float* HWY_RESTRICT inverse_alpha, size_t size,
                         float* HWY_RESTRICT out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const bool is_affine = !transform.scale.empty();
  const float* scale = transform.scale.data();
  const float* shift = transform.shift.data();
  const float* alpha = transform.alpha.data();
  const auto slope = hn::Set(d, transform.slope);
  for (size_t c = 0; c < size; c += lanes) {
    const auto load = [&](const float* p) HWY_ATTR { return LoadPartial(d, p + c, size - c); };
    auto v = load(in);
    if (is_affine) v = hn::MulAdd(v, load(scale), load(shift));
    if (transform.activation == Activation::kSnake) {
      v = SnakeVector(d, v, load(alpha), load(inverse_alpha));
    } else if (transform.activation == Activation::kLeakyRelu) {
      v = hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Mul(v, slope), v);
    }
    StorePartial(v, d, out + c, size - c);
  }
}

// Transformed input rows, counted from the first row of padding; zero outside `x`.
inline void LoadRows(const Job& job, size_t begin, size_t num_rows, float* out) {
  const size_t padding = job.options.padding;
  for (size_t row = begin; row < begin + num_rows; ++row, out += job.scratch_stride) {
    if (row < padding || row - padding >= job.x.rows) {
      std::fill_n(out, job.x.columns, 0.0f);
    } else {
      TransformRow(job.x.Row(row - padding), job.options.input, job.inverse_alpha, job.x.columns,
                   out);
    }
  }
}

// Weight scale and bias of `count` columns, the rest left as they are.
inline void LoadColumns(const Job& job, size_t column, size_t count, float* scale, float* bias) {
  for (size_t c = 0; c < count; ++c) {
    scale[c] = WeightScale(job.weights, column + c);
    if (!job.options.bias.empty()) bias[c] = job.options.bias[column + c];
  }
}

// Activation, residual and output scale of one vector of scaled sums, into `out`; `left` columns
// from `column` exist. Returns what it wrote.
template <class V>
HWY_INLINE V FinishVector(const Job& job, V v, size_t row, size_t column, size_t left) {
  const TileTag d;
  const ConvOptions& options = job.options;
  if (options.output_activation == Activation::kGelu) v = GeluVector(d, v);
  if (!options.residual.empty()) {
    v = hn::Add(v, LoadPartial(d, options.residual.Row(row) + column, left));
  }
  v = hn::Mul(v, hn::Set(d, options.output_scale));
  StorePartial(v, d, job.out.Row(row) + column, left);
  return v;
}

// Mean and sum of squared deviations of the block's freshly written columns.
inline void BlockStats(const Job& job, size_t block, size_t row, size_t num_rows, size_t column,
                       size_t count) {
  const TileTag d;
  HWY_ALIGN float mean[kTileColumns];
  HWY_ALIGN float squares[kTileColumns];
  const auto inverse = hn::Set(d, 1.0f / static_cast<float>(num_rows));
  const size_t paired_rows = num_rows - num_rows % 2;
  for (size_t c = 0; c < count; c += kTileLanes) {
    const auto load = [&](size_t r) HWY_ATTR {
      return LoadPartial(d, job.out.Row(row + r) + column + c, count - c);
    };
    // Even and odd rows apart: one chain of additions would wait for itself.
    auto sum0 = hn::Zero(d);
    auto sum1 = sum0;
    for (size_t r = 0; r < paired_rows; r += 2) {
      sum0 = hn::Add(sum0, load(r));
      sum1 = hn::Add(sum1, load(r + 1));
    }
    if (paired_rows < num_rows) sum0 = hn::Add(sum0, load(paired_rows));
    const auto center = hn::Mul(hn::Add(sum0, sum1), inverse);
    auto squares0 = hn::Zero(d);
    auto squares1 = squares0;
    auto rest0 = squares0;  // what rounding of the mean left over
    auto rest1 = squares0;
    const auto add = [&](size_t r, auto& rest, auto& sum) HWY_ATTR {
      const auto delta = hn::Sub(load(r), center);
      rest = hn::Add(rest, delta);
      sum = hn::MulAdd(delta, delta, sum);
    };
    for (size_t r = 0; r < paired_rows; r += 2) {
      add(r, rest0, squares0);
      add(r + 1, rest1, squares1);
    }
    if (paired_rows < num_rows) add(paired_rows, rest0, squares0);
    const auto rest = hn::Add(rest0, rest1);
    hn::Store(hn::MulAdd(rest, inverse, center), d, mean + c);
    hn::Store(hn::Add(squares0, squares1), d, squares + c);
  }
  double* out = job.stats + block * 2 * job.out.columns + column;
  std::copy_n(mean, count, out);
  std::copy_n(squares, count, out + job.out.columns);
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
