#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

class AttentionTest : public TargetTest {};
LITETTS_INSTANTIATE_TARGETS(AttentionTest);

std::vector<float> Reference(const std::vector<float>& q, const std::vector<float>& k,
                             const std::vector<float>& v, size_t rows, size_t width,
                             size_t num_heads) {
  const size_t columns = width * num_heads;
  std::vector<float> out(rows * columns);
  for (size_t head = 0; head < num_heads; ++head) {
    for (size_t t = 0; t < rows; ++t) {
      std::vector<double> weights(rows);
      double total = 0.0;
      for (size_t r = 0; r < rows; ++r) {
        double score = 0.0;
        for (size_t c = head * width; c < (head + 1) * width; ++c) {
          score += static_cast<double>(q[t * columns + c]) * k[r * columns + c];
        }
        weights[r] = std::exp(score / std::sqrt(static_cast<double>(width)));
        total += weights[r];
      }
      for (size_t c = head * width; c < (head + 1) * width; ++c) {
        double sum = 0.0;
        for (size_t r = 0; r < rows; ++r) sum += weights[r] / total * v[r * columns + c];
        out[t * columns + c] = static_cast<float>(sum);
      }
    }
  }
  return out;
}

TEST_P(AttentionTest, MatchesReferenceForEveryTail) {
  for (const size_t rows : {1, 2, 3, 5, 15, 16, 17, 40}) {
    for (const size_t width : {1, 8, 19, 64}) {
      for (const float scale : {1.0f, 4.0f, 1e-10f}) {
        const size_t columns = 3 * width;
        const auto q = NormalValues(rows * columns, 1, scale);
        const auto k = NormalValues(rows * columns, 2);
        const auto v = NormalValues(rows * columns, 3);
        std::vector<float> got(rows * columns, NAN);
        ThreadPool pool(2);
        Arena arena;
        const auto view = [&](const std::vector<float>& x) {
          return ConstMatrix{x.data(), rows, columns, columns};
        };
        Attention(view(q), view(k), view(v), 3, pool, arena, {got.data(), rows, columns, columns});
        const auto want = Reference(q, k, v, rows, width, 3);
        // Scores of up to 100 make weights that are off by 100 x 6e-8 at most.
        for (size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got[i], want[i], 2e-5);
      }
    }
  }
}

}  // namespace
}  // namespace litetts::kernels
