// The transforms of Toom-Cook convolution for one tile of six outputs. Included once per SIMD
// target.
#if defined(LITETTS_KERNELS_TOOM_COOK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_TOOM_COOK_INL_H_
#undef LITETTS_KERNELS_TOOM_COOK_INL_H_
#else
#define LITETTS_KERNELS_TOOM_COOK_INL_H_
#endif

#include <array>
#include <cstddef>

#include "hwy/highway.h"
#include "kernels/conv_tile-inl.h"
#include "kernels/toom_cook_points.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A kernel is cut into kPieceCount pieces of kPieceTaps taps. A piece as long as a tile has outputs
// reads the transformed input of the next tile, so that more pieces only lengthen the inner
// product: 11 taps as 2 x 6 need 11 points, where 11 at once would need 16.
template <size_t kPieceCount, size_t kPieceTaps>
struct ToomCookScheme {
  static constexpr size_t kOutputs = 6;
  static constexpr size_t kPieces = kPieceCount;
  static constexpr size_t kTaps = kPieceTaps;
  static_assert(kPieces == 1 || kTaps == kOutputs);
  using Matrices = ToomCookMatrices<kOutputs, kTaps>;
  static constexpr size_t kPoints = Matrices::kPoints;
  static constexpr Matrices kMatrices = {};
};

// Calls function(scheme) with the scheme for a kernel of 3, 7 or 11 taps.
template <class Function>
HWY_INLINE void ForToomCookScheme(size_t kernel, const Function& function) {
  if (kernel == 3) return function(ToomCookScheme<1, 3>());
  if (kernel == 7) return function(ToomCookScheme<1, 7>());
  function(ToomCookScheme<2, 6>());
}

// Constants as floats, an aligned row for each point.
template <class Scheme>
struct ToomCookConstants {
  static constexpr size_t kPoints = Scheme::kPoints;
  std::array<std::array<float, kPoints>, kPoints> input = {};
  std::array<std::array<float, Scheme::kOutputs>, kPoints> output = {};
  std::array<std::array<float, Scheme::kTaps>, kPoints> filter = {};

  constexpr ToomCookConstants() {
    for (size_t p = 0; p < kPoints; ++p) {
      for (size_t i = 0; i < kPoints; ++i) {
        input[p][i] = static_cast<float>(Scheme::kMatrices.input[p][i]);
      }
      for (size_t j = 0; j < Scheme::kOutputs; ++j) {
        output[p][j] = static_cast<float>(Scheme::kMatrices.output[p][j]);
      }
      for (size_t k = 0; k < Scheme::kTaps; ++k) {
        filter[p][k] = static_cast<float>(Scheme::kMatrices.filter[p][k]);
      }
    }
  }
};
template <class Scheme>
inline constexpr ToomCookConstants<Scheme> kToomCookConstants = {};

// Sum over every second i in [kFirst, kLast] of row[i] * d[i].
template <size_t kFirst, size_t kLast, size_t kSize, class D, class V>
HWY_INLINE V EverySecond(D d, const std::array<float, kSize>& row, const V* values) {
  V sum = hn::Mul(hn::Set(d, row[kFirst]), values[kFirst]);
  HWY_UNROLL(16)
  for (size_t i = kFirst + 2; i <= kLast; i += 2) {
    sum = hn::MulAdd(hn::Set(d, row[i]), values[i], sum);
  }
  return sum;
}

// Transforms the kPoints rows of one tile, `step` elements apart, for `channels` columns; point p
// goes to out + p * point_step. The Lagrange polynomials of +a and -a differ in the sign of their
// odd coefficients, so a pair costs one even and one odd sum. Whole vectors are written: rows of
// `out` and of the input are padded.
template <class Scheme>
HWY_NOINLINE void TransformTile(const float* HWY_RESTRICT rows, size_t step, size_t channels,
                                float* HWY_RESTRICT out, size_t point_step) {
  constexpr size_t kPoints = Scheme::kPoints;
  constexpr size_t kDegree = Scheme::Matrices::kFinite - 1;  // of the finite points' polynomials
  constexpr const auto& kInput = kToomCookConstants<Scheme>.input;
  const TileTag d;
  for (size_t c = 0; c < channels; c += kTileLanes) {
    hn::Vec<TileTag> v[kPoints];
    HWY_UNROLL(16)
    for (size_t i = 0; i < kPoints; ++i) v[i] = hn::Load(d, rows + i * step + c);
    float* to = out + c;
    hn::Store(EverySecond<0, kDegree>(d, kInput[0], v), d, to);
    HWY_UNROLL(8)
    for (size_t p = 1; p < Scheme::Matrices::kFinite; p += 2) {
      const auto even = EverySecond<2, kDegree>(d, kInput[p], v);
      const auto odd = EverySecond<1, kDegree>(d, kInput[p], v);
      hn::Store(hn::Add(even, odd), d, to + p * point_step);
      hn::Store(hn::Sub(even, odd), d, to + (p + 1) * point_step);
    }
    if constexpr (Scheme::Matrices::kHasInfinity) {
      const auto last = EverySecond<1, kPoints - 1>(d, kInput[kPoints - 1], v);
      hn::Store(last, d, to + (kPoints - 1) * point_step);
    }
  }
}

// Calls write(j, vector) for the six outputs of a tile, given its products at `sums + p * step`.
template <class Scheme, class Write>
HWY_INLINE void TransformSums(const float* HWY_RESTRICT sums, size_t step, const Write& write) {
  constexpr size_t kOutputs = Scheme::kOutputs;
  constexpr const auto& kOutput = kToomCookConstants<Scheme>.output;
  const TileTag d;
  hn::Vec<TileTag> y[kOutputs];
  y[0] = hn::Load(d, sums);
  HWY_UNROLL(8)
  for (size_t j = 1; j < kOutputs; ++j) y[j] = hn::Zero(d);
  if constexpr (Scheme::Matrices::kHasInfinity) {
    y[kOutputs - 1] = hn::Load(d, sums + (Scheme::kPoints - 1) * step);
  }
  HWY_UNROLL(8)
  for (size_t p = 1; p < Scheme::Matrices::kFinite; p += 2) {
    const auto plus = hn::Load(d, sums + p * step);
    const auto minus = hn::Load(d, sums + (p + 1) * step);
    const auto even = hn::Add(plus, minus);
    const auto odd = hn::Sub(plus, minus);
    HWY_UNROLL(8)
    for (size_t j = 0; j < kOutputs; j += 2) {
      y[j] = hn::MulAdd(hn::Set(d, kOutput[p][j]), even, y[j]);
      y[j + 1] = hn::MulAdd(hn::Set(d, kOutput[p][j + 1]), odd, y[j + 1]);
    }
  }
  HWY_UNROLL(8)
  for (size_t j = 0; j < kOutputs; ++j) write(j, y[j]);
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
