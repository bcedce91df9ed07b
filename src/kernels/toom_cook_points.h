#pragma once

#include <array>
#include <cstddef>

namespace litetts::kernels {

// The positive one of each pair of points +a and -a. They make the sum over the points of the
// squared norms of the rows of all three matrices, which is proportional to the variance of the
// rounding error, as small as multiples of 1/16 can: 5 to 7 dB less than 1/4, 1/2, 1, 2 and 4 for
// 11 and 12 points.
template <size_t kPoints>
constexpr auto PositivePoints() {
  if constexpr (kPoints == 8) {
    return std::array{0.5, 1.0, 2.0};
  } else if constexpr (kPoints == 11) {
    return std::array{0.375, 0.75, 1.125, 1.75, 5.125};
  } else {
    static_assert(kPoints == 12);
    return std::array{0.375, 0.6875, 1.0, 1.4375, 2.75};
  }
}

// The three matrices of Toom-Cook (Winograd) convolution in one dimension: kOutputs outputs of a
// correlation with kTaps taps are
//   y[j] = sum over p of output[p][j] * (sum over k of filter[p][k] w[k]) * (sum over i of
//   input[p][i] d[i])
// with kPoints = kOutputs + kTaps - 1 products instead of kOutputs * kTaps. The points are 0, pairs
// +a and -a, and infinity if their number is even, in this order. Derivation: evaluate the
// transposed product of polynomials at the points; row p of `input` holds the coefficients of the
// Lagrange polynomial of point p, row p of `output` and `filter` its powers. Rows of `input` are
// scaled to an l1 norm of 1 and rows of `output` to a maximum of 1, which keeps the products of all
// points at one magnitude; `filter` takes both scales up.
template <size_t kOutputs, size_t kTaps>
struct ToomCookMatrices {
  static constexpr size_t kPoints = kOutputs + kTaps - 1;
  static constexpr bool kHasInfinity = kPoints % 2 == 0;
  static constexpr size_t kFinite = kPoints - (kHasInfinity ? 1 : 0);  // odd
  static constexpr size_t kPairs = kFinite / 2;                        // points 2q + 1 and 2q + 2

  std::array<std::array<double, kPoints>, kPoints> input = {};
  std::array<std::array<double, kOutputs>, kPoints> output = {};
  std::array<std::array<double, kTaps>, kPoints> filter = {};

  constexpr ToomCookMatrices() {
    std::array<double, kFinite> values = {};
    for (size_t q = 0; q < kPairs; ++q) {
      values[2 * q + 1] = PositivePoints<kPoints>()[q];
      values[2 * q + 2] = -values[2 * q + 1];
    }
    for (size_t p = 0; p < kPoints; ++p) {
      const bool is_infinity = p == kFinite;
      std::array<double, kPoints> lagrange = {1.0};
      size_t degree = 0;
      for (size_t q = 0; q < kFinite; ++q) {
        if (q == p) continue;
        const double divisor = is_infinity ? 1.0 : values[p] - values[q];
        ++degree;  // multiply by (x - value q) / divisor
        for (size_t i = degree + 1; i-- > 0;) {
          const double lower = i > 0 ? lagrange[i - 1] : 0.0;
          lagrange[i] = (lower - values[q] * (i < degree ? lagrange[i] : 0.0)) / divisor;
        }
      }
      double norm = 0.0;
      for (const double value : lagrange) norm += value < 0 ? -value : value;
      for (size_t i = 0; i < kPoints; ++i) input[p][i] = lagrange[i] / norm;
      const double largest = FillPowers(is_infinity, values[is_infinity ? 0 : p], output[p]);
      for (double& value : output[p]) value /= largest;
      FillPowers(is_infinity, values[is_infinity ? 0 : p], filter[p]);
      for (double& value : filter[p]) value *= norm * largest;
    }
  }

 private:
  // 1, x, x^2, ... or, at infinity, 0, ..., 0, 1. Returns the largest magnitude.
  template <size_t kSize>
  static constexpr double FillPowers(bool is_infinity, double x, std::array<double, kSize>& row) {
    double power = 1.0;
    for (size_t i = 0; i < kSize; ++i) {
      row[i] = is_infinity ? (i + 1 == kSize ? 1.0 : 0.0) : power;
      power *= x;
    }
    const double last = row[kSize - 1] < 0 ? -row[kSize - 1] : row[kSize - 1];
    return last > 1.0 ? last : 1.0;
  }
};

}  // namespace litetts::kernels
