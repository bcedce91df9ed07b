// Stored weights to vectors of floats. Included once per SIMD target.
#if defined(LITETTS_KERNELS_WIDEN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_WIDEN_INL_H_
#undef LITETTS_KERNELS_WIDEN_INL_H_
#else
#define LITETTS_KERNELS_WIDEN_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/weights.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Elements [index, index + lanes) of a row of weights, without their scale.
template <WeightType kType, class D>
HWY_INLINE hn::Vec<D> LoadWidened(D d, const void* row, size_t index) {
  if constexpr (kType == WeightType::kI8) {
    const hn::Rebind<int8_t, D> d8;
    const hn::Rebind<int32_t, D> d32;
    const auto q = hn::LoadU(d8, static_cast<const int8_t*>(row) + index);
    return hn::ConvertTo(d, hn::PromoteTo(d32, q));
  } else if constexpr (kType == WeightType::kF16) {
    const hn::Rebind<hwy::float16_t, D> d16;
    return hn::PromoteTo(d, hn::LoadU(d16, static_cast<const hwy::float16_t*>(row) + index));
  } else {
    return hn::LoadU(d, static_cast<const float*>(row) + index);
  }
}

// Calls function.template operator()<kType>() for the type known at run time.
template <class Function>
HWY_INLINE void ForWeightType(WeightType type, const Function& function) {
  switch (type) {
    case WeightType::kF32:
      return function.template operator()<WeightType::kF32>();
    case WeightType::kF16:
      return function.template operator()<WeightType::kF16>();
    case WeightType::kI8:
      return function.template operator()<WeightType::kI8>();
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
