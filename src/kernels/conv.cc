#include "kernels/conv.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv.cc"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/conv_tile-inl.h"
#include "kernels/math-inl.h"
#include "kernels/partial-inl.h"
#include "kernels/snake-inl.h"
#include "kernels/widen-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How a convolution is cut into tasks: time blocks x groups of column panels, by its shape alone.
struct Plan {
  size_t block_rows;  // output rows of a block
  size_t num_blocks;
  size_t panels_per_group;
  size_t num_groups;
  size_t input_rows;      // of a full block, halo included
  size_t scratch_stride;  // elements between rows of the transformed input
};

// One convolution, as its tasks see it.
struct Job {
  const ConstMatrix& x;
  const Weights& weights;
  const ConvOptions& options;
  const Matrix& out;
  Plan plan;
  const float* inverse_alpha;  // [in channels] for Snake
  // The transformed input of all blocks, if several groups of columns share it: row stride
  // plan.scratch_stride, row 0 the first padded row. Null: every task makes its own block's.
  const float* shared_input;
  double* stats;  // [num_blocks][2][columns]: mean, sum of squared deviations; or null
};

// About 200 rows amortise the widening of a panel below 1 % and keep input and output of the block
// in L2 (256 channels: 2 x 200 KB); measured flat between 150 and 400 rows.
constexpr size_t kBlockRows = 196;
// Fewer tasks than this leave cores idle; more blocks cost halo.
constexpr size_t kMinTasks = 16;
// Rows of a task of LoadSharedInput().
constexpr size_t kSharedRows = 16;

size_t InputRows(const ConvOptions& options, size_t output_rows) {
  return (output_rows - 1) * options.stride + (options.kernel - 1) * options.dilation + 1;
}

Plan MakePlan(const ConstMatrix& x, const ConvOptions& options, const Matrix& out) {
  Plan plan;
  const size_t wanted_blocks = (out.rows + kBlockRows - 1) / kBlockRows;
  const size_t even_rows = (out.rows + wanted_blocks - 1) / wanted_blocks;
  plan.block_rows = std::min(RoundUp(even_rows, kTileRows), out.rows);
  plan.num_blocks = (out.rows + plan.block_rows - 1) / plan.block_rows;
  const size_t num_panels = (out.columns + kTileColumns - 1) / kTileColumns;
  const size_t wanted_groups = (kMinTasks + plan.num_blocks - 1) / plan.num_blocks;
  plan.panels_per_group = std::max<size_t>(1, num_panels / wanted_groups);
  plan.num_groups = (num_panels + plan.panels_per_group - 1) / plan.panels_per_group;
  plan.input_rows = InputRows(options, plan.block_rows);
  // 16 more than a multiple of 16: rows at a power of two apart would share a few cache sets.
  plan.scratch_stride = RoundUp(x.columns, 16) + 16;
  return plan;
}

// Writes act(x * scale + shift) of one row.
void TransformRow(const float* HWY_RESTRICT in, const InputTransform& transform,
                  const float* HWY_RESTRICT inverse_alpha, size_t size, float* HWY_RESTRICT out) {
  const hn::ScalableTag<float> d;
  const size_t lanes = hn::Lanes(d);
  const bool is_affine = !transform.scale.empty();
  const float* scale = transform.scale.data();
  const float* shift = transform.shift.data();
  const float* alpha = transform.alpha.data();
  const auto slope = hn::Set(d, transform.slope);
  for (size_t c = 0; c < size; c += lanes) {
    const auto load = [&](const float* p) HWY_ATTR { return LoadPartial(d, p + c, size - c); };
    auto v = load(in);
    if (is_affine) v = hn::MulAdd(v, load(scale), load(shift));
    if (transform.activation == Activation::kSnake) {
      v = SnakeVector(d, v, load(alpha), load(inverse_alpha));
    } else if (transform.activation == Activation::kLeakyRelu) {
      v = hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Mul(v, slope), v);
    }
    StorePartial(v, d, out + c, size - c);
  }
}

// Transformed input rows, counted from the first row of padding; zero outside `x`.
void LoadRows(const Job& job, size_t begin, size_t num_rows, float* out) {
  const size_t padding = job.options.padding;
  for (size_t row = begin; row < begin + num_rows; ++row, out += job.plan.scratch_stride) {
    if (row < padding || row - padding >= job.x.rows) {
      std::fill_n(out, job.x.columns, 0.0f);
    } else {
      TransformRow(job.x.Row(row - padding), job.options.input, job.inverse_alpha, job.x.columns,
                   out);
    }
  }
}

// Widens `count` columns of the weights, from `column`, into a packed panel.
void WidenPanel(const Weights& weights, size_t column, size_t count, float* HWY_RESTRICT panel) {
  const size_t row_bytes = weights.columns * WeightSize(weights.type);
  const auto* row = static_cast<const uint8_t*>(weights.data) + column * WeightSize(weights.type);
  if (count < kTileColumns) {
    for (size_t r = 0; r < weights.rows; ++r, row += row_bytes, panel += kTileColumns) {
      for (size_t c = 0; c < kTileColumns; ++c) {
        panel[c] = c < count ? WeightAt(weights.type, row, c) : 0.0f;
      }
    }
    return;
  }
  ForWeightType(weights.type, [&]<WeightType kType>() HWY_ATTR {
    const TileTag d;
    for (size_t r = 0; r < weights.rows; ++r, row += row_bytes, panel += kTileColumns) {
      hn::Store(LoadWidened<kType>(d, row, 0), d, panel);
      hn::Store(LoadWidened<kType>(d, row, kTileLanes), d, panel + kTileLanes);
    }
  });
}

// Scale, bias, activation, residual and output scale of one row of a tile, into `out`.
void FinishRow(const Job& job, const float* HWY_RESTRICT sums, const float* HWY_RESTRICT scale,
               const float* HWY_RESTRICT bias, size_t row, size_t column, size_t count) {
  const TileTag d;
  const ConvOptions& options = job.options;
  const bool has_residual = !options.residual.empty();
  const auto output_scale = hn::Set(d, options.output_scale);
  float* out = job.out.Row(row) + column;
  const float* residual = has_residual ? options.residual.Row(row) + column : nullptr;
  for (size_t c = 0; c < count; c += kTileLanes) {
    const size_t left = count - c;
    auto v = hn::MulAdd(hn::Load(d, sums + c), hn::Load(d, scale + c), hn::Load(d, bias + c));
    if (options.output_activation == Activation::kGelu) v = GeluVector(d, v);
    if (has_residual) {
      v = hn::Add(v, LoadPartial(d, residual + c, left));
    }
    v = hn::Mul(v, output_scale);
    StorePartial(v, d, out + c, left);
  }
}

// Mean and sum of squared deviations of the block's freshly written columns.
void BlockStats(const Job& job, size_t block, size_t row, size_t num_rows, size_t column,
                size_t count) {
  const TileTag d;
  HWY_ALIGN float mean[kTileColumns];
  HWY_ALIGN float squares[kTileColumns];
  const auto inverse = hn::Set(d, 1.0f / static_cast<float>(num_rows));
  for (size_t c = 0; c < count; c += kTileLanes) {
    const auto load = [&](size_t r) HWY_ATTR {
      return LoadPartial(d, job.out.Row(row + r) + column + c, count - c);
    };
    auto sum = hn::Zero(d);
    for (size_t r = 0; r < num_rows; ++r) sum = hn::Add(sum, load(r));
    const auto center = hn::Mul(sum, inverse);
    auto m2 = hn::Zero(d);
    auto rest = hn::Zero(d);  // what rounding of the mean left over
    for (size_t r = 0; r < num_rows; ++r) {
      const auto delta = hn::Sub(load(r), center);
      rest = hn::Add(rest, delta);
      m2 = hn::MulAdd(delta, delta, m2);
    }
    hn::Store(hn::MulAdd(rest, inverse, center), d, mean + c);
    hn::Store(m2, d, squares + c);
  }
  double* out = job.stats + block * 2 * job.out.columns + column;
  std::copy_n(mean, count, out);
  std::copy_n(squares, count, out + job.out.columns);
}

struct Scratch {
  const float* input;  // the block's transformed rows: [input_rows][scratch_stride]
  float* panel;        // [weights.rows][kTileColumns]
};

void RunPanel(const Job& job, size_t block, size_t column, const Scratch& scratch) {
  const Plan& plan = job.plan;
  const size_t first_row = block * plan.block_rows;
  const size_t num_rows = std::min(plan.block_rows, job.out.rows - first_row);
  const size_t count = std::min(kTileColumns, job.out.columns - column);
  WidenPanel(job.weights, column, count, scratch.panel);
  HWY_ALIGN float sums[kTileRows * kTileColumns];
  HWY_ALIGN float scale[kTileColumns] = {};
  HWY_ALIGN float bias[kTileColumns] = {};
  for (size_t c = 0; c < count; ++c) {
    scale[c] = WeightScale(job.weights, column + c);
    if (!job.options.bias.empty()) bias[c] = job.options.bias[column + c];
  }
  // Tiles of nearly equal height: 17 rows are 9 + 8, not 14 + 3.
  const size_t num_tiles = (num_rows + kTileRows - 1) / kTileRows;
  for (size_t tile = 0; tile < num_tiles; ++tile) {
    const size_t begin = tile * num_rows / num_tiles;
    const size_t end = (tile + 1) * num_rows / num_tiles;
    const TileInput input = {
        .rows = scratch.input + begin * job.options.stride * plan.scratch_stride,
        .row_step = job.options.stride * plan.scratch_stride,
        .tap_step = job.options.dilation * plan.scratch_stride,
        .num_taps = job.options.kernel,
        .num_channels = job.x.columns,
        .panel = scratch.panel,
    };
    ConvTileRows(end - begin, input, sums);
    for (size_t r = begin; r < end; ++r) {
      FinishRow(job, sums + (r - begin) * kTileColumns, scale, bias, first_row + r, column, count);
    }
  }
  if (job.stats != nullptr) BlockStats(job, block, first_row, num_rows, column, count);
}

void RunTask(const Job& job, size_t task, float* own_input, float* panel) {
  const Plan& plan = job.plan;
  const size_t block = task / plan.num_groups;
  const size_t first_row = block * plan.block_rows;
  const float* input = own_input;
  if (job.shared_input != nullptr) {
    input = job.shared_input + first_row * job.options.stride * plan.scratch_stride;
  } else {
    const size_t num_rows = std::min(plan.block_rows, job.out.rows - first_row);
    LoadRows(job, first_row * job.options.stride, InputRows(job.options, num_rows), own_input);
  }
  const size_t begin = task % plan.num_groups * plan.panels_per_group * kTileColumns;
  const size_t end = std::min(begin + plan.panels_per_group * kTileColumns, job.out.columns);
  for (size_t column = begin; column < end; column += kTileColumns) {
    RunPanel(job, block, column, {input, panel});
  }
}

// Transforms the whole input once, for plans with several groups.
const float* LoadSharedInput(const Job& job, ThreadPool& pool, Arena& arena) {
  const size_t rows = InputRows(job.options, job.out.rows);
  float* input = arena.Allocate<float>(rows * job.plan.scratch_stride).data();
  pool.ParallelFor((rows + kSharedRows - 1) / kSharedRows, [&](size_t task, size_t) {
    const size_t begin = task * kSharedRows;
    LoadRows(job, begin, std::min(kSharedRows, rows - begin),
             input + begin * job.plan.scratch_stride);
  });
  return input;
}

void Conv1dImpl(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                ThreadPool& pool, Arena& arena, const Matrix& out) {
  const Arena::Scope scope(arena);
  Job job = {.x = x,
             .weights = weights,
             .options = options,
             .out = out,
             .plan = MakePlan(x, options, out),
             .inverse_alpha = nullptr,
             .shared_input = nullptr,
             .stats = nullptr};
  if (options.input.activation == Activation::kSnake) {
    const std::span<float> inverse = arena.Allocate<float>(x.columns);
    for (size_t c = 0; c < x.columns; ++c) inverse[c] = 1.0f / options.input.alpha[c];
    job.inverse_alpha = inverse.data();
  }
  if (options.stats != nullptr) {
    job.stats = arena.Allocate<double>(job.plan.num_blocks * 2 * out.columns).data();
  }
  size_t input_size = 0;
  if (job.plan.num_groups > 1) {
    job.shared_input = LoadSharedInput(job, pool, arena);
  } else {
    input_size = RoundUp(job.plan.input_rows * job.plan.scratch_stride, 16);
  }
  const size_t thread_size = input_size + weights.rows * kTileColumns;
  float* scratch = arena.Allocate<float>(thread_size * pool.num_threads()).data();
  pool.ParallelFor(job.plan.num_blocks * job.plan.num_groups, [&](size_t task, size_t thread) {
    float* mine = scratch + thread * thread_size;
    RunTask(job, task, mine, mine + input_size);
  });
  if (options.stats != nullptr) {
    CombineStats(job.stats, job.plan.num_blocks, job.plan.block_rows, out.rows, *options.stats);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(Conv1dImpl);

size_t ConvOutputRows(size_t input_rows, const ConvOptions& options) {
  const size_t padded = input_rows + 2 * options.padding;
  const size_t reach = (options.kernel - 1) * options.dilation + 1;
  return padded < reach ? 0 : (padded - reach) / options.stride + 1;
}

void Conv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
            ThreadPool& pool, Arena& arena, const Matrix& out) {
  LITETTS_CHECK(weights.rows == options.kernel * x.columns && weights.columns == out.columns);
  LITETTS_DCHECK(options.input.scale.empty() || options.input.scale.size() == x.columns);
  LITETTS_DCHECK(options.bias.empty() || options.bias.size() == out.columns);
  if (out.rows == 0) return;
  HWY_DYNAMIC_DISPATCH(Conv1dImpl)(x, weights, options, pool, arena, out);
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
