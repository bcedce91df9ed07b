#include "kernels/attention.h"

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

// One head. keys: [width][rows], transposed by the caller's task so that scores are made a vector
// of rows at a time.
void HeadImpl(const ConstMatrix& query, const ConstMatrix& key, const ConstMatrix& value,
              float* scratch, const Matrix& out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const size_t rows = key.rows;
  const size_t width = key.columns;
  float* keys = scratch;
  float* scores = scratch + rows * width;
  const float scale = 1.0f / std::sqrt(static_cast<float>(width));
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < width; ++c) keys[c * rows + r] = key.Row(r)[c] * scale;
  }
  for (size_t t = 0; t < rows; ++t) {
    for (size_t r = 0; r < rows; r += lanes) {
      auto sum = hn::Zero(d);
      for (size_t c = 0; c < width; ++c) {
        const auto column = LoadPartial(d, keys + c * rows + r, rows - r);
        sum = hn::MulAdd(hn::Set(d, query.Row(t)[c]), column, sum);
      }
      StorePartial(sum, d, scores + r, rows - r);
    }
    Softmax(scores, rows);
    for (size_t c = 0; c < width; c += lanes) {
      auto sum = hn::Zero(d);
      for (size_t r = 0; r < rows; ++r) {
        const auto row = LoadPartial(d, value.Row(r) + c, width - c);
        sum = hn::MulAdd(hn::Set(d, scores[r]), row, sum);
      }
      StorePartial(sum, d, out.Row(t) + c, width - c);
    }
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
  const size_t size = RoundUp(key.rows * (width + 1), 16);
  float* scratch = arena.Allocate<float>(size * pool.num_threads()).data();
  pool.ParallelFor(num_heads, [&](size_t head, size_t thread) {
    const size_t begin = head * width;
    HWY_DYNAMIC_DISPATCH(HeadImpl)
    (Columns(query, begin, width), Columns(key, begin, width), Columns(value, begin, width),
     scratch + thread * size, out.Columns(begin, width));
  });
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
