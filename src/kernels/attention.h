#pragma once

#include <cstddef>

#include "base/arena.h"
#include "base/thread_pool.h"
#include "kernels/matrix.h"

namespace litetts::kernels {

// Multi-head self-attention without a mask: for each head of columns / num_heads columns,
// out = softmax(query key^T / sqrt(width)) value over all rows. All matrices [rows, columns]; `out`
// must not alias the inputs. REQUIRES: num_heads divides columns.
void Attention(const ConstMatrix& query, const ConstMatrix& key, const ConstMatrix& value,
               size_t num_heads, ThreadPool& pool, Arena& arena, const Matrix& out);

}  // namespace litetts::kernels
