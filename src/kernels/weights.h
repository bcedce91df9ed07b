#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace litetts::kernels {

enum class WeightType : uint8_t { kF32, kF16, kI8 };

constexpr size_t WeightSize(WeightType type) {
  return type == WeightType::kF32 ? 4 : type == WeightType::kF16 ? 2 : 1;
}

// Borrowed weights of a convolution or linear layer, as the model file stores them: row-major
// [rows, columns] with rows = kernel * in_channels (tap-major) and columns = out_channels
// contiguous. The effective weight is element * scale. They are never expanded as a whole: the
// kernel widens one panel of columns at a time into cache-resident scratch, so the mapped file is
// the only copy.
struct Weights {
  const void* data = nullptr;
  WeightType type = WeightType::kF32;
  size_t rows = 0;
  size_t columns = 0;
  std::span<const float>
      scale;  // empty: 1; one element: per tensor; `columns` elements: per column
};

// The float that IEEE half-precision `bits` stand for.
float HalfToFloat(uint16_t bits);

// Element `index` of a row of weights, without its scale.
float WeightAt(WeightType type, const void* row, size_t index);

// The scale of a column.
inline float WeightScale(const Weights& weights, size_t column) {
  if (weights.scale.empty()) return 1.0f;
  return weights.scale.size() == 1 ? weights.scale[0] : weights.scale[column];
}

}  // namespace litetts::kernels
