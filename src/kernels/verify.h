#pragma once

#include <cmath>
#include <vector>

#include "kernels/matrix.h"
#include "kernels/norm_ref.h"

namespace litetts::kernels {

// Of the largest difference, relative to the root mean square: float sums of a few thousand
// products stay ten times below.
inline constexpr double kVerifyTolerance = 1e-4;

// What a kernel's reference wrote, in builds with LITETTS_VERIFY_KERNELS: there each call runs its
// reference too and ends the process if the two differ.
class Expected {
 public:
  explicit Expected(const Matrix& out)
      : values_(out.rows * out.columns),
        view_{values_.data(), out.rows, out.columns, out.columns} {}
  Expected(const Expected&) = delete;
  Expected& operator=(const Expected&) = delete;

  const Matrix& view() const { return view_; }

  // Whether `got` is within `tolerance` of it, relative to its root mean square.
  bool IsNear(const ConstMatrix& got, double tolerance) const {
    double squares = 1e-30;
    for (const float value : values_) squares += static_cast<double>(value) * value;
    const double limit = tolerance * std::sqrt(squares / static_cast<double>(values_.size()));
    for (size_t r = 0; r < view_.rows; ++r) {
      for (size_t c = 0; c < view_.columns; ++c) {
        if (!(std::abs(got.Row(r)[c] - view_.Row(r)[c]) <= limit)) return false;
      }
    }
    return true;
  }

 private:
  std::vector<float> values_;
  Matrix view_;
};

// Whether `got` are the statistics of x, relative to each column's mean square.
inline bool AreStatsNear(const ConstMatrix& x, const ChannelStats& got, double tolerance) {
  std::vector<float> mean(x.columns), variance(x.columns);
  ref::ComputeChannelStats(x, {mean, variance});
  for (size_t c = 0; c < x.columns; ++c) {
    const double square = static_cast<double>(mean[c]) * mean[c] + variance[c] + 1e-30;
    if (!(std::abs(got.mean[c] - mean[c]) <= tolerance * std::sqrt(square))) return false;
    if (!(std::abs(got.variance[c] - variance[c]) <= tolerance * square)) return false;
  }
  return true;
}

}  // namespace litetts::kernels
