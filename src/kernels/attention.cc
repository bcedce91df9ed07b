#include "kernels/attention.h"

#ifdef LITETTS_VERIFY_KERNELS
#include "kernels/attention_ref.h"
#include "kernels/verify.h"
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/attention.cc"
#include <algorithm>
#include <cmath>

#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/math-inl.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Turns scores into weights that sum to 1.
void Softmax(float* scores, size_t size) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const float largest = *std::max_element(scores, scores + size);
  double sum = 0.0;
  for (size_t i = 0; i < size; i += lanes) {
    const auto shifted = hn::Sub(LoadPartial(d, scores + i, size - i), hn::Set(d, largest));
    StorePartial(ExpVector(d, shifted), d, scores + i, size - i);
  }
  for (size_t i = 0; i < size; ++i) sum += scores[i];
  const auto inverse = hn::Set(d, static_cast<float>(1.0 / sum));
  for (size_t i = 0; i < size; i += lanes) {
    const auto weight = hn::Mul(LoadPartial(d, scores + i, size - i), inverse);
    StorePartial(weight, d, scores + i, size - i);
  }
}

// Four sums over i of a[row of each sum][i] * b row i, for `size` columns: a load of b serves four
// queries and the sums hide each other's latency.
struct FourRows {
  const float* a[4];
  float* out[4];
};

void MultiplyFour(const FourRows& rows, size_t depth, const float* HWY_RESTRICT b, size_t b_stride,
                  size_t size) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t c = 0; c < size; c += lanes) {
    auto s0 = hn::Zero(d);
    auto s1 = s0;
    auto s2 = s0;
    auto s3 = s0;
    const size_t left = size - c;
    for (size_t i = 0; i < depth; ++i) {
      const auto v = LoadPartial(d, b + i * b_stride + c, left);
      s0 = hn::MulAdd(hn::Set(d, rows.a[0][i]), v, s0);
      s1 = hn::MulAdd(hn::Set(d, rows.a[1][i]), v, s1);
      s2 = hn::MulAdd(hn::Set(d, rows.a[2][i]), v, s2);
      s3 = hn::MulAdd(hn::Set(d, rows.a[3][i]), v, s3);
    }
    StorePartial(s0, d, rows.out[0] + c, left);
    StorePartial(s1, d, rows.out[1] + c, left);
    StorePartial(s2, d, rows.out[2] + c, left);
    StorePartial(s3, d, rows.out[3] + c, left);
  }
}

// One head. scratch: the keys transposed, so that scores are made a vector of rows at a time, and
// the scores of four queries.
void HeadImpl(const ConstMatrix& query, const ConstMatrix& key, const ConstMatrix& value,
              float* scratch, const Matrix& out) {
  const size_t rows = key.rows;
  const size_t width = key.columns;
  float* keys = scratch;
  float* scores = scratch + rows * width;
  const float scale = 1.0f / std::sqrt(static_cast<float>(width));
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < width; ++c) keys[c * rows + r] = key.Row(r)[c] * scale;
  }
  for (size_t t = 0; t < rows; t += 4) {
    FourRows score_rows;
    FourRows out_rows;
    for (size_t i = 0; i < 4; ++i) {  // past the end the last row is done again
      const size_t row = std::min(t + i, rows - 1);
      score_rows.a[i] = query.Row(row);
      score_rows.out[i] = scores + i * rows;
      out_rows.a[i] = scores + i * rows;
      out_rows.out[i] = out.Row(row);
    }
    MultiplyFour(score_rows, width, keys, rows, rows);
    for (size_t i = 0; i < 4; ++i) Softmax(scores + i * rows, rows);
    MultiplyFour(out_rows, rows, value.data, value.stride, width);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(HeadImpl);

namespace {
ConstMatrix Columns(const ConstMatrix& x, size_t begin, size_t count) {
  return {x.data + begin, x.rows, count, x.stride};
}
}  // namespace

void Attention(const ConstMatrix& query, const ConstMatrix& key, const ConstMatrix& value,
               size_t num_heads, ThreadPool& pool, Arena& arena, const Matrix& out) {
  LITETTS_CHECK(num_heads > 0 && key.columns % num_heads == 0);
  LITETTS_CHECK(query.rows == key.rows && value.rows == key.rows && out.rows == key.rows);
  const Arena::Scope scope(arena);
  const size_t width = key.columns / num_heads;
  const size_t size = RoundUp(key.rows * (width + 4), 16);
  float* scratch = arena.Allocate<float>(size * pool.num_threads()).data();
  pool.ParallelFor(num_heads, [&](size_t head, size_t thread) {
    const size_t begin = head * width;
    HWY_DYNAMIC_DISPATCH(HeadImpl)
    (Columns(query, begin, width), Columns(key, begin, width), Columns(value, begin, width),
     scratch + thread * size, out.Columns(begin, width));
  });
#ifdef LITETTS_VERIFY_KERNELS
  const Expected want(out);
  ref::Attention(query, key, value, num_heads, want.view());
  LITETTS_CHECK(pool.IsCancelled() || want.IsNear(out, kVerifyTolerance));
#endif
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
