#include "kernels/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise.cc"
#include <algorithm>

#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void AddRowsImpl(const ConstMatrix& x, size_t begin, size_t end, const Matrix& inout) {
  const hn::ScalableTag<float> d;
  for (size_t r = begin; r < end; ++r) {
    const float* in = x.Row(r);
    float* out = inout.Row(r);
    for (size_t c = 0; c < x.columns; c += hn::Lanes(d)) {
      const size_t left = x.columns - c;
      const auto sum = hn::Add(LoadPartial(d, in + c, left), LoadPartial(d, out + c, left));
      StorePartial(sum, d, out + c, left);
    }
  }
}

void LeakyReluRowsImpl(const ConstMatrix& x, size_t begin, size_t end, float slope,
                       const Matrix& out) {
  const hn::ScalableTag<float> d;
  const auto factor = hn::Set(d, slope);
  for (size_t r = begin; r < end; ++r) {
    for (size_t c = 0; c < x.columns; c += hn::Lanes(d)) {
      const auto v = LoadPartial(d, x.Row(r) + c, x.columns - c);
      const auto y = hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Mul(v, factor), v);
      StorePartial(y, d, out.Row(r) + c, x.columns - c);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(AddRowsImpl);
HWY_EXPORT(LeakyReluRowsImpl);

namespace {

constexpr size_t kRows = 64;  // of a task

// Calls function(begin, end) for blocks of rows, in parallel.
template <typename Function>
void ForRowBlocks(size_t rows, ThreadPool& pool, const Function& function) {
  pool.ParallelFor((rows + kRows - 1) / kRows, [&](size_t task, size_t) {
    function(task * kRows, std::min(rows, (task + 1) * kRows));
  });
}

}  // namespace

void Add(const ConstMatrix& x, ThreadPool& pool, const Matrix& inout) {
  LITETTS_CHECK(x.rows == inout.rows && x.columns == inout.columns);
  ForRowBlocks(x.rows, pool, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(AddRowsImpl)(x, begin, end, inout);
  });
}

void LeakyRelu(const ConstMatrix& x, float slope, ThreadPool& pool, const Matrix& out) {
  LITETTS_CHECK(x.rows == out.rows && x.columns == out.columns);
  ForRowBlocks(x.rows, pool, [&](size_t begin, size_t end) {
    HWY_DYNAMIC_DISPATCH(LeakyReluRowsImpl)(x, begin, end, slope, out);
  });
}

void WidenRow(const Weights& weights, size_t row, std::span<float> out) {
  LITETTS_CHECK(row < weights.rows && out.size() == weights.columns);
  const auto* data =
      static_cast<const char*>(weights.data) + row * weights.columns * WeightSize(weights.type);
  for (size_t c = 0; c < out.size(); ++c) {
    out[c] = WeightAt(weights.type, data, c) * WeightScale(weights, c);
  }
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
