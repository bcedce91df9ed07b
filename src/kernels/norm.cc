#include "kernels/norm.h"

#ifdef LITETTS_VERIFY_KERNELS
#include "kernels/norm_ref.h"
#include "kernels/verify.h"
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/norm.cc"
#include <algorithm>
#include <cmath>

#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Mean and sum of squared deviations of the columns of some rows, a vector of columns at a time.
void BlockStatsImpl(const ConstMatrix& x, size_t first_row, size_t num_rows, double* out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const auto inverse = hn::Set(d, 1.0f / static_cast<float>(num_rows));
  HWY_ALIGN float mean[HWY_MAX_BYTES / sizeof(float)];
  HWY_ALIGN float squares[HWY_MAX_BYTES / sizeof(float)];
  for (size_t c = 0; c < x.columns; c += lanes) {
    const size_t count = std::min(lanes, x.columns - c);
    auto sum = hn::Zero(d);
    for (size_t r = 0; r < num_rows; ++r) {
      sum = hn::Add(sum, LoadPartial(d, x.Row(first_row + r) + c, count));
    }
    const auto center = hn::Mul(sum, inverse);
    auto m2 = hn::Zero(d);
    auto rest = hn::Zero(d);  // what rounding left out of the mean
    for (size_t r = 0; r < num_rows; ++r) {
      const auto delta = hn::Sub(LoadPartial(d, x.Row(first_row + r) + c, count), center);
      rest = hn::Add(rest, delta);
      m2 = hn::MulAdd(delta, delta, m2);
    }
    hn::Store(hn::MulAdd(rest, inverse, center), d, mean);
    hn::Store(m2, d, squares);
    std::copy_n(mean, count, out + c);
    std::copy_n(squares, count, out + x.columns + c);
  }
}

void LayerNormRow(const float* x, size_t size, const LayerNormOptions& options, float* out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  auto sum = hn::Zero(d);
  for (size_t c = 0; c < size; c += lanes) sum = hn::Add(sum, LoadPartial(d, x + c, size - c));
  const auto count = static_cast<float>(size);
  const float mean = hn::GetLane(hn::SumOfLanes(d, sum)) / count;
  const auto center = hn::Set(d, mean);
  float tail = 0.0f;  // the last columns, which do not fill a vector
  auto squares = hn::Zero(d);
  size_t c = 0;
  for (; c + lanes <= size; c += lanes) {
    const auto delta = hn::Sub(hn::LoadU(d, x + c), center);
    squares = hn::MulAdd(delta, delta, squares);
  }
  for (; c < size; ++c) tail += (x[c] - mean) * (x[c] - mean);
  const float variance = (hn::GetLane(hn::SumOfLanes(d, squares)) + tail) / count;
  const auto inverse = hn::Set(d, 1.0f / std::sqrt(variance + options.epsilon));
  for (c = 0; c < size; c += lanes) {
    const auto normal = hn::Mul(hn::Sub(LoadPartial(d, x + c, size - c), center), inverse);
    const auto scale = LoadPartial(d, options.scale.data() + c, size - c);
    const auto shift = LoadPartial(d, options.shift.data() + c, size - c);
    StorePartial(hn::MulAdd(normal, scale, shift), d, out + c, size - c);
  }
}

void LayerNormRowsImpl(const ConstMatrix& x, size_t begin, size_t end,
                       const LayerNormOptions& options, const Matrix& out) {
  for (size_t r = begin; r < end; ++r) LayerNormRow(x.Row(r), x.columns, options, out.Row(r));
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(BlockStatsImpl);
HWY_EXPORT(LayerNormRowsImpl);

namespace {
constexpr size_t kStatsRows = 256;  // of a block: its float sums stay exact to 1e-6
constexpr size_t kNormRows = 16;    // of a task
}  // namespace

void ComputeChannelStats(const ConstMatrix& x, ThreadPool& pool, Arena& arena,
                         const ChannelStats& stats) {
  LITETTS_CHECK(x.rows > 0 && stats.mean.size() == x.columns);
  const Arena::Scope scope(arena);
  const size_t num_blocks = (x.rows + kStatsRows - 1) / kStatsRows;
  double* blocks = arena.Allocate<double>(num_blocks * 2 * x.columns).data();
  pool.ParallelFor(num_blocks, [&](size_t block, size_t) {
    const size_t first = block * kStatsRows;
    HWY_DYNAMIC_DISPATCH(BlockStatsImpl)
    (x, first, std::min(kStatsRows, x.rows - first), blocks + block * 2 * x.columns);
  });
  CombineStats(blocks, num_blocks, kStatsRows, x.rows, stats);
#ifdef LITETTS_VERIFY_KERNELS
  LITETTS_CHECK(pool.IsCancelled() || AreStatsNear(x, stats, kVerifyTolerance));
#endif
}

void LayerNorm(const ConstMatrix& x, const LayerNormOptions& options, ThreadPool& pool,
               const Matrix& out) {
  LITETTS_CHECK(options.scale.size() == x.columns && options.shift.size() == x.columns);
#ifdef LITETTS_VERIFY_KERNELS
  const Expected want(out);  // made first, since `out` may be `x`
  ref::LayerNorm(x, options, want.view());
#endif
  pool.ParallelFor((x.rows + kNormRows - 1) / kNormRows, [&](size_t task, size_t) {
    HWY_DYNAMIC_DISPATCH(LayerNormRowsImpl)
    (x, task * kNormRows, std::min(x.rows, (task + 1) * kNormRows), options, out);
  });
#ifdef LITETTS_VERIFY_KERNELS
  LITETTS_CHECK(pool.IsCancelled() || want.IsNear(out, kVerifyTolerance));
#endif
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
