// Transcendental functions for one vector. Included once per SIMD target.
#if defined(LITETTS_KERNELS_MATH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_MATH_INL_H_
#undef LITETTS_KERNELS_MATH_INL_H_
#else
#define LITETTS_KERNELS_MATH_INL_H_
#endif

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// e^x, relative error below 3e-7; 0 below -87, and x above 88 counts as 88.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpVector(D d, V x) {
  return hn::Exp(d, hn::Min(hn::Max(x, hn::Set(d, -104.0f)), hn::Set(d, 88.0f)));
}

// 1 / (1 + e^-x).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V SigmoidVector(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, ExpVector(d, hn::Neg(x))));
}

// 1 - 2 / (1 + e^2x), and a series near zero, where that would cancel.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V TanhVector(D d, V x) {
  const V one = hn::Set(d, 1.0f);
  const V two = hn::Set(d, 2.0f);
  const V far = hn::Sub(one, hn::Div(two, hn::Add(one, ExpVector(d, hn::Mul(two, x)))));
  // x - x^3/3 + 2x^5/15 - 17x^7/315 + 62x^9/2835: error below 2e-8 relative for |x| < 0.25.
  const V z = hn::Mul(x, x);
  V p = hn::MulAdd(z, hn::Set(d, 62.0f / 2835.0f), hn::Set(d, -17.0f / 315.0f));
  p = hn::MulAdd(z, p, hn::Set(d, 2.0f / 15.0f));
  p = hn::MulAdd(z, p, hn::Set(d, -1.0f / 3.0f));
  const V near = hn::MulAdd(hn::Mul(x, z), p, x);
  return hn::IfThenElse(hn::Lt(hn::Abs(x), hn::Set(d, 0.25f)), near, far);
}

// The tanh form x / 2 (1 + tanh(u)), u = sqrt(2 / pi) (x + 0.044715 x^3), as x sigmoid(2 u), which
// does not cancel for negative x.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V GeluVector(D d, V x) {
  const V cube = hn::Mul(hn::Mul(x, x), x);
  const V inner = hn::MulAdd(hn::Set(d, 0.044715f), cube, x);
  return hn::Mul(x, SigmoidVector(d, hn::Mul(inner, hn::Set(d, 2.0f * 0.7978845608f))));
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
