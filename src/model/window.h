#pragma once

#include <algorithm>
#include <cstddef>

#include "base/check.h"
#include "kernels/matrix.h"
#include "model/layer.h"

namespace litetts::model {

// Rows [begin, end) of a sequence that belongs to an utterance.
struct RowRange {
  size_t begin = 0;
  size_t end = 0;

  size_t size() const { return end - begin; }
};

// The smallest range that holds both.
inline RowRange Union(RowRange a, RowRange b) {
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

// `reach` more rows at both ends, and from there out to multiples of `step`, as far as the sequence
// of `total` rows goes.
inline RowRange Widen(RowRange rows, size_t reach, size_t step, size_t total) {
  const size_t begin = rows.begin - std::min(rows.begin, reach);
  const size_t end = rows.end + reach + step - 1;
  return {begin - begin % step, std::min(end - end % step, total)};
}

// The part of a sequence of `total` rows that is in memory: rows.Row(0) is the sequence's row
// `begin`.
struct Window {
  kernels::Matrix rows;
  size_t begin = 0;
  size_t total = 0;

  RowRange range() const { return {begin, begin + rows.rows}; }
  kernels::Matrix Rows(RowRange range) const {
    LITETTS_DCHECK(range.begin >= begin);
    return rows.Rows(range.begin - begin, range.size());
  }
};

// LayerContext::Conv for rows `out_rows` of the output only, as if `x` were there whole. REQUIRES:
// `x` holds the rows that those outputs depend on.
void ConvWindow(LayerContext& context, const Window& x, const Linear& layer,
                kernels::ConvOptions options, RowRange out_rows, const kernels::Matrix& out);

}  // namespace litetts::model
