// Snake for one vector, shared by the kernels that fuse it. Included once per SIMD target.
#if defined(LITETTS_KERNELS_SNAKE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_SNAKE_INL_H_
#undef LITETTS_KERNELS_SNAKE_INL_H_
#else
#define LITETTS_KERNELS_SNAKE_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// sin(x)^2, absolute error below 3e-7 for |x| < 1e4. Its period is pi: x is reduced to y in
// [-pi/2, pi/2] by a two-part pi, then sin(y)^2 = z P(z) with z = y^2. P is the degree-6 Chebyshev
// fit of (sin(y)/y)^2 over z in [0, pi^2/4], error 1e-10.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V SinSquared(D d, V x) {
  const V n = hn::Round(hn::Mul(x, hn::Set(d, 0.318309886f)));
  const V high = hn::NegMulAdd(n, hn::Set(d, 3.140625f), x);
  const V y = hn::NegMulAdd(n, hn::Set(d, 9.67653589793e-4f), high);
  const V z = hn::Mul(y, y);
  V p = hn::MulAdd(z, hn::Set(d, 8.133574880275773e-8f), hn::Set(d, -4.233683284837753e-6f));
  p = hn::MulAdd(z, p, hn::Set(d, 1.4102383283898234e-4f));
  p = hn::MulAdd(z, p, hn::Set(d, -3.1745433807373047e-3f));
  p = hn::MulAdd(z, p, hn::Set(d, 4.444441944360733e-2f));
  p = hn::MulAdd(z, p, hn::Set(d, -0.33333334f));
  p = hn::MulAdd(z, p, hn::Set(d, 1.0f));
  return hn::Mul(z, p);
}

// x + sin(alpha x)^2 / alpha.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V SnakeVector(D d, V x, V alpha, V inverse_alpha) {
  return hn::MulAdd(SinSquared(d, hn::Mul(alpha, x)), inverse_alpha, x);
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
