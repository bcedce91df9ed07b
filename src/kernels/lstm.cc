#include "kernels/lstm.h"

#ifdef LITETTS_VERIFY_KERNELS
#include "kernels/lstm_ref.h"
#include "kernels/verify.h"
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lstm.cc"
#include <algorithm>

#include "base/check.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/math-inl.h"
#include "kernels/widen-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using LstmTag = hn::CappedTag<float, 16>;

// out[c..] += h R for four vectors of columns at a time: enough independent sums to hide the
// latency of the multiply-add, and every weight is read once per step, from L2.
template <WeightType kType>
void Recur(const float* HWY_RESTRICT h, const Weights& recurrent, const float* HWY_RESTRICT input,
           float* HWY_RESTRICT out) {
  const LstmTag d;
  const size_t lanes = hn::Lanes(d);
  const size_t row_bytes = recurrent.columns * WeightSize(kType);
  const auto* data = static_cast<const uint8_t*>(recurrent.data);
  for (size_t column = 0; column < recurrent.columns; column += 4 * lanes) {
    auto s0 = hn::Zero(d);
    auto s1 = s0;
    auto s2 = s0;
    auto s3 = s0;
    const uint8_t* row = data;
    for (size_t j = 0; j < recurrent.rows; ++j, row += row_bytes) {
      const auto value = hn::Set(d, h[j]);
      s0 = hn::MulAdd(value, LoadWidened<kType>(d, row, column), s0);
      s1 = hn::MulAdd(value, LoadWidened<kType>(d, row, column + lanes), s1);
      s2 = hn::MulAdd(value, LoadWidened<kType>(d, row, column + 2 * lanes), s2);
      s3 = hn::MulAdd(value, LoadWidened<kType>(d, row, column + 3 * lanes), s3);
    }
    const auto finish = [&](auto sum, size_t c) HWY_ATTR {
      const auto scale = recurrent.scale.size() > 1 ? hn::LoadU(d, &recurrent.scale[c])
                                                    : hn::Set(d, WeightScale(recurrent, c));
      hn::Store(hn::MulAdd(sum, scale, hn::LoadU(d, input + c)), d, out + c);
    };
    finish(s0, column);
    finish(s1, column + lanes);
    finish(s2, column + 2 * lanes);
    finish(s3, column + 3 * lanes);
  }
}

void Gates(const float* HWY_RESTRICT z, size_t units, float* HWY_RESTRICT cell,
           float* HWY_RESTRICT h) {
  const LstmTag d;
  for (size_t i = 0; i < units; i += hn::Lanes(d)) {
    const auto input = SigmoidVector(d, hn::Load(d, z + i));
    const auto output = SigmoidVector(d, hn::Load(d, z + units + i));
    const auto forget = SigmoidVector(d, hn::Load(d, z + 2 * units + i));
    const auto candidate = TanhVector(d, hn::Load(d, z + 3 * units + i));
    const auto c = hn::MulAdd(forget, hn::Load(d, cell + i), hn::Mul(input, candidate));
    hn::Store(c, d, cell + i);
    hn::Store(hn::Mul(output, TanhVector(d, c)), d, h + i);
  }
}

void LstmImpl(const ConstMatrix& projections, const Weights& recurrent, const LstmOptions& options,
              const Matrix& out) {
  const size_t units = recurrent.rows;
  alignas(64) float h[kMaxLstmUnits] = {};
  alignas(64) float cell[kMaxLstmUnits] = {};
  alignas(64) float z[4 * kMaxLstmUnits];
  for (size_t i = 0; i < out.rows; ++i) {
    const size_t step = options.is_reverse ? out.rows - 1 - i : i;
    const size_t row = options.steps.empty() ? step : static_cast<size_t>(options.steps[step]);
    ForWeightType(recurrent.type,
                  [&]<WeightType kType>() { Recur<kType>(h, recurrent, projections.Row(row), z); });
    Gates(z, units, cell, h);
    std::copy_n(h, units, out.Row(step));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(LstmImpl);

void Lstm(const ConstMatrix& projections, const Weights& recurrent, const LstmOptions& options,
          const Matrix& out) {
  LITETTS_CHECK(recurrent.rows % 16 == 0 && recurrent.rows <= kMaxLstmUnits);
  LITETTS_CHECK(recurrent.columns == 4 * recurrent.rows && out.columns == recurrent.rows);
  LITETTS_CHECK(projections.columns == recurrent.columns);
  HWY_DYNAMIC_DISPATCH(LstmImpl)(projections, recurrent, options, out);
#ifdef LITETTS_VERIFY_KERNELS
  const Expected want(out);
  ref::Lstm(projections, recurrent, options, want.view());
  LITETTS_CHECK(want.IsNear(out, kVerifyTolerance));
#endif
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
