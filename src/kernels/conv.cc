#include "kernels/conv.h"

#include "kernels/narrow_conv.h"
#include "kernels/simd.h"
#include "kernels/toom_cook.h"

#ifdef LITETTS_VERIFY_KERNELS
#include "kernels/conv_ref.h"
#include "kernels/verify.h"
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv.cc"
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/conv_fused-inl.h"
#include "kernels/conv_tile-inl.h"
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
  size_t input_rows;  // of a full block, halo included
};

// About 200 rows amortise the widening of a panel below 1 % and keep input and output of the block
// in L2 (256 channels: 2 x 200 KB); measured flat between 150 and 400 rows.
constexpr size_t kBlockRows = 196;
// Fewer tasks than this leave cores idle; more blocks cost halo.
constexpr size_t kMinTasks = 16;
// Rows of a task of SharedInput().
constexpr size_t kSharedRows = 8;
// Rows a multiple of this many elements apart (2 KiB) fall into at most two sets of a cache.
constexpr size_t kSetStride = 512;

size_t InputRows(const ConvOptions& options, size_t output_rows) {
  return (output_rows - 1) * options.stride + (options.kernel - 1) * options.dilation + 1;
}

Plan MakePlan(const ConvOptions& options, const Matrix& out) {
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
  return plan;
}

// Widens the last `count` < kTileColumns columns of the weights, from `column`, into a packed panel
// filled up with zeros.
template <WeightType kType>
void WidenLastPanel(const Weights& weights, size_t column, size_t count,
                    float* HWY_RESTRICT panel) {
  const TileTag d;
  const size_t row_bytes = weights.columns * WeightSize(kType);
  const auto* row = static_cast<const uint8_t*>(weights.data) + column * WeightSize(kType);
  HWY_ALIGN uint8_t padded[kTileColumns * sizeof(float)] = {};
  for (size_t r = 0; r < weights.rows; ++r, row += row_bytes, panel += kTileColumns) {
    std::memcpy(padded, row, count * WeightSize(kType));
    hn::Store(LoadWidened<kType>(d, padded, 0), d, panel);
    hn::Store(LoadWidened<kType>(d, padded, kTileLanes), d, panel + kTileLanes);
  }
}

struct BlockInput {
  size_t block;
  const float* rows;  // the block's transformed rows
  size_t row_stride;  // elements between them
};

// All rows of a block for one panel of columns; `panel`: room for [weights.rows][kTileColumns].
template <WeightType kType>
void RunPanel(const Job& job, const Plan& plan, const BlockInput& input, size_t column,
              float* panel) {
  const size_t first_row = input.block * plan.block_rows;
  const size_t num_rows = std::min(plan.block_rows, job.out.rows - first_row);
  const size_t count = std::min(kTileColumns, job.out.columns - column);
  const size_t row_step = job.options.stride * input.row_stride;
  const TileTag d;
  HWY_ALIGN float sums[kTileRows * kTileColumns];
  HWY_ALIGN float scale[kTileColumns] = {};
  HWY_ALIGN float bias[kTileColumns] = {};
  LoadColumns(job, column, count, scale, bias);
  if (count < kTileColumns) WidenLastPanel<kType>(job.weights, column, count, panel);
  // Tiles of nearly equal height: 17 rows are 9 + 8, not 14 + 3.
  const size_t num_tiles = (num_rows + kTileRows - 1) / kTileRows;
  for (size_t tile = 0; tile < num_tiles; ++tile) {
    const size_t begin = tile * num_rows / num_tiles;
    const size_t end = (tile + 1) * num_rows / num_tiles;
    const TileInput tile_input = {.rows = input.rows + begin * row_step,
                                  .row_step = row_step,
                                  .tap_step = job.options.dilation * input.row_stride,
                                  .num_taps = job.options.kernel,
                                  .num_channels = job.x.columns};
    if (tile == 0 && count == kTileColumns) {
      const auto* weights = static_cast<const uint8_t*>(job.weights.data);
      const size_t size = WeightSize(kType);
      ConvTileRows(end - begin, tile_input,
                   WideningPanel<kType>{weights + column * size, job.weights.columns * size, panel},
                   sums);
    } else {
      ConvTileRows(end - begin, tile_input, PackedPanel{panel}, sums);
    }
    for (size_t r = begin; r < end; ++r) {
      for (size_t c = 0; c < count; c += kTileLanes) {
        const auto sum = hn::Load(d, sums + (r - begin) * kTileColumns + c);
        const auto v = hn::MulAdd(sum, hn::Load(d, scale + c), hn::Load(d, bias + c));
        FinishVector(job, v, first_row + r, column + c, count - c);
      }
    }
  }
  if (job.stats != nullptr) BlockStats(job, input.block, first_row, num_rows, column, count);
}

// The transformed rows of the whole input, for plans with several groups of columns: `x` itself
// where nothing is done to it, unless its rows would share a few cache sets.
ConstMatrix SharedInput(const Job& job, ThreadPool& pool, Arena& arena) {
  const size_t rows = InputRows(job.options, job.out.rows);
  const InputTransform& transform = job.options.input;
  if (transform.scale.empty() && transform.activation == Activation::kNone &&
      job.options.padding == 0 && rows <= job.x.rows && job.x.stride % kSetStride != 0) {
    return job.x;
  }
  float* input = arena.Allocate<float>(rows * job.scratch_stride).data();
  pool.ParallelFor((rows + kSharedRows - 1) / kSharedRows, [&](size_t task, size_t) {
    const size_t begin = task * kSharedRows;
    LoadRows(job, begin, std::min(kSharedRows, rows - begin), input + begin * job.scratch_stride);
  });
  return {input, rows, job.x.columns, job.scratch_stride};
}

void Conv1dImpl(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                ThreadPool& pool, Arena& arena, const Matrix& out) {
  const Arena::Scope scope(arena);
  Job job = MakeJob(x, weights, options, arena, out);
  const Plan plan = MakePlan(options, out);
  if (options.stats != nullptr) {
    job.stats = arena.Allocate<double>(plan.num_blocks * 2 * out.columns).data();
  }
  const bool is_shared = plan.num_groups > 1;
  const ConstMatrix shared = is_shared ? SharedInput(job, pool, arena) : ConstMatrix{};
  const size_t input_size = is_shared ? 0 : plan.input_rows * job.scratch_stride;
  const size_t thread_size = input_size + weights.rows * kTileColumns;
  float* scratch = arena.Allocate<float>(thread_size * pool.num_threads()).data();
  pool.ParallelFor(plan.num_blocks * plan.num_groups, [&](size_t task, size_t thread) {
    float* own_input = scratch + thread * thread_size;
    BlockInput input = {task / plan.num_groups, own_input, job.scratch_stride};
    const size_t first_row = input.block * plan.block_rows;
    if (is_shared) {
      input.rows = shared.Row(first_row * options.stride);
      input.row_stride = shared.stride;
    } else {
      const size_t num_rows = std::min(plan.block_rows, out.rows - first_row);
      LoadRows(job, first_row * options.stride, InputRows(options, num_rows), own_input);
    }
    const size_t begin = task % plan.num_groups * plan.panels_per_group * kTileColumns;
    const size_t end = std::min(begin + plan.panels_per_group * kTileColumns, out.columns);
    for (size_t column = begin; column < end; column += kTileColumns) {
      ForWeightType(weights.type, [&]<WeightType kType>() {
        RunPanel<kType>(job, plan, input, column, own_input + input_size);
      });
    }
  });
  if (options.stats != nullptr) {
    CombineStats(job.stats, plan.num_blocks, plan.block_rows, out.rows, *options.stats);
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

namespace {

#ifdef LITETTS_VERIFY_KERNELS
// Rounded inputs move the largest of some million sums by up to six times the error of one, 2^-9 of
// its terms for bfloat16 and about 2^-6 for int8.
double VerifyTolerance(const ConvOptions& options) {
  const NarrowFormat* format =
      options.narrow != nullptr ? &options.narrow->format() : options.packed_as;
  if (format == nullptr || format->terms > 1) return kVerifyTolerance;
  return format->type == NarrowType::kBf16 ? 0.03 : 0.3;
}
#endif

// Packing weights for AMX pays from a few rows on.
constexpr size_t kMinAmxRows = 6;

bool IsFasterOnAmx(const Weights& weights, const Matrix& out) {
  return weights.type == WeightType::kI8 && out.rows >= kMinAmxRows &&
         AvailableDotInstructions().has_amx;
}

void RunConv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
               ThreadPool& pool, Arena& arena, const Matrix& out) {
  if (options.toom_cook != nullptr) {
    return ToomCookConv1d(x, weights, options, pool, arena, out);
  }
  const bool is_packed = options.packed_as != nullptr && weights.type == WeightType::kI8;
  if (options.narrow != nullptr || is_packed || IsFasterOnAmx(weights, out)) {
    return NarrowConv1d(x, weights, options, pool, arena, out);
  }
  HWY_DYNAMIC_DISPATCH(Conv1dImpl)(x, weights, options, pool, arena, out);
}

}  // namespace

void Conv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
            ThreadPool& pool, Arena& arena, const Matrix& out) {
  LITETTS_CHECK(weights.rows == options.kernel * x.columns && weights.columns == out.columns);
  LITETTS_DCHECK(options.input.scale.empty() || options.input.scale.size() == x.columns);
  LITETTS_DCHECK(options.bias.empty() || options.bias.size() == out.columns);
  if (out.rows == 0) return;
#ifdef LITETTS_VERIFY_KERNELS
  const Expected want(out);  // made first, since the residual may be `out`
  ConvOptions without_stats = options;
  without_stats.stats = nullptr;
  ref::Conv1d(x, weights, without_stats, want.view());
#endif
  RunConv1d(x, weights, options, pool, arena, out);
#ifdef LITETTS_VERIFY_KERNELS
  LITETTS_CHECK(pool.IsCancelled() || want.IsNear(out, VerifyTolerance(options)));
  LITETTS_CHECK(pool.IsCancelled() || options.stats == nullptr ||
                AreStatsNear(out, *options.stats, kVerifyTolerance));
#endif
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
