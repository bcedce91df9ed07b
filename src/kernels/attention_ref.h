#pragma once

#include <cmath>
#include <vector>

#include "kernels/matrix.h"

namespace litetts::kernels::ref {

// The definition of Attention().
inline void Attention(const ConstMatrix& query, const ConstMatrix& key, const ConstMatrix& value,
                      size_t num_heads, const Matrix& out) {
  const size_t width = key.columns / num_heads;
  std::vector<double> weights(key.rows);
  for (size_t head = 0; head < num_heads; ++head) {
    for (size_t t = 0; t < query.rows; ++t) {
      double total = 0.0;
      for (size_t r = 0; r < key.rows; ++r) {
        double score = 0.0;
        for (size_t c = head * width; c < (head + 1) * width; ++c) {
          score += static_cast<double>(query.Row(t)[c]) * key.Row(r)[c];
        }
        weights[r] = std::exp(score / std::sqrt(static_cast<double>(width)));
        total += weights[r];
      }
      for (size_t c = head * width; c < (head + 1) * width; ++c) {
        double sum = 0.0;
        for (size_t r = 0; r < key.rows; ++r) sum += weights[r] / total * value.Row(r)[c];
        out.Row(t)[c] = static_cast<float>(sum);
      }
    }
  }
}

}  // namespace litetts::kernels::ref
