#pragma once

#include <cstddef>
#include <span>

#include "base/thread_pool.h"
#include "kernels/matrix.h"
#include "kernels/weights.h"

namespace litetts::kernels {

// inout += x, element by element. REQUIRES: equal shapes.
void Add(const ConstMatrix& x, ThreadPool& pool, const Matrix& inout);

// out = x >= 0 ? x : slope * x. `out` may be `x`.
void LeakyRelu(const ConstMatrix& x, float slope, ThreadPool& pool, const Matrix& out);

// One row of weights, scale applied: an embedding look-up. REQUIRES: out.size() == weights.columns.
void WidenRow(const Weights& weights, size_t row, std::span<float> out);

}  // namespace litetts::kernels
