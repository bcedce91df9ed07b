#include "model/window.h"

namespace litetts::model {

void ConvWindow(LayerContext& context, const Window& x, const Linear& layer,
                kernels::ConvOptions options, RowRange out_rows, const kernels::Matrix& out) {
  LITETTS_DCHECK(out.rows == out_rows.size() && out.rows > 0);
  const size_t first = out_rows.begin * options.stride;  // counted from the first row of padding
  const size_t begin = first - std::min(first, options.padding);
  options.padding -= std::min(first, options.padding);
  context.Conv(x.Rows({begin, x.range().end}), layer, options, out);
}

}  // namespace litetts::model
