#pragma once

#include <cstddef>

#include "base/check.h"

namespace litetts::kernels {

// Borrowed row-major view of floats [rows, columns]; `stride` elements lie between row starts.
// Activations are time-major: a row is one time step, a column one channel.
struct ConstMatrix {
  const float* data = nullptr;
  size_t rows = 0;
  size_t columns = 0;
  size_t stride = 0;

  const float* Row(size_t row) const { return data + row * stride; }
  bool empty() const { return data == nullptr; }
};

struct Matrix {
  float* data = nullptr;
  size_t rows = 0;
  size_t columns = 0;
  size_t stride = 0;

  float* Row(size_t row) const { return data + row * stride; }
  bool empty() const { return data == nullptr; }
  operator ConstMatrix() const {
    return {data, rows, columns, stride};
  }  // NOLINT: implicit on purpose
  // Rows [begin, begin + count).
  Matrix Rows(size_t begin, size_t count) const {
    LITETTS_DCHECK(begin + count <= rows);
    return {data + begin * stride, count, columns, stride};
  }
  // Columns [begin, begin + count).
  Matrix Columns(size_t begin, size_t count) const {
    LITETTS_DCHECK(begin + count <= columns);
    return {data + begin, rows, count, stride};
  }
};

}  // namespace litetts::kernels
