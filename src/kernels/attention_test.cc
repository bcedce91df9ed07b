#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "kernels/attention_ref.h"
#include "kernels/targets_test.h"

namespace litetts::kernels {
namespace {

class AttentionTest : public TargetTest {};
LITETTS_INSTANTIATE_TARGETS(AttentionTest);

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
        std::vector<float> want(rows * columns, NAN);
        ref::Attention(view(q), view(k), view(v), 3, {want.data(), rows, columns, columns});
        // Scores of up to 100 make weights that are off by 100 x 6e-8 at most.
        for (size_t i = 0; i < want.size(); ++i) ASSERT_NEAR(got[i], want[i], 2e-5);
      }
    }
  }
}

}  // namespace
}  // namespace litetts::kernels
