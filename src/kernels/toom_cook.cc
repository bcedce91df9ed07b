#include "kernels/toom_cook.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/toom_cook.cc"
#include <algorithm>

#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/conv_fused-inl.h"
#include "kernels/conv_tile-inl.h"
#include "kernels/toom_cook-inl.h"
#include "kernels/widen-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

size_t TileColumnsImpl() { return kTileColumns; }

size_t FilterSizeImpl(size_t kernel, size_t inputs, size_t outputs) {
  size_t size = 0;
  ForToomCookScheme(kernel, [&]<class Scheme>(Scheme) {
    size = Scheme::kPoints * Scheme::kPieces * inputs * RoundUp(outputs, kTileColumns);
  });
  return size;
}

// Calls write(p, vector) for every point, given a vector of columns of the first `num_taps` taps of
// a piece, `step` bytes apart; the other taps are zero.
template <class Scheme, WeightType kType, class Write>
HWY_INLINE void TransformTaps(const uint8_t* taps, size_t num_taps, size_t step,
                              const Write& write) {
  constexpr const auto& kFilter = kToomCookConstants<Scheme>.filter;
  const TileTag d;
  hn::Vec<TileTag> v[Scheme::kTaps];
  HWY_UNROLL(8)
  for (size_t k = 0; k < Scheme::kTaps; ++k) {
    v[k] = k < num_taps ? LoadWidened<kType>(d, taps + k * step, 0) : hn::Zero(d);
  }
  HWY_UNROLL(16)
  for (size_t p = 0; p < Scheme::kPoints; ++p) {
    auto sum = hn::Mul(hn::Set(d, kFilter[p][0]), v[0]);
    HWY_UNROLL(8)
    for (size_t k = 1; k < Scheme::kTaps; ++k) {
      sum = hn::MulAdd(hn::Set(d, kFilter[p][k]), v[k], sum);
    }
    write(p, sum);
  }
}

// Transforms the weights of one panel: [points][pieces * inputs][kTileColumns].
template <class Scheme, WeightType kType>
void TransformFilterPanel(const Weights& weights, size_t kernel, size_t column, float* out) {
  const TileTag d;
  const size_t inputs = weights.rows / kernel;
  const size_t count = std::min(kTileColumns, weights.columns - column);
  const size_t row_bytes = weights.columns * WeightSize(kType);
  const auto* data = static_cast<const uint8_t*>(weights.data) + column * WeightSize(kType);
  const size_t depth = Scheme::kPieces * inputs;
  HWY_ALIGN uint8_t padded[Scheme::kTaps * kTileColumns * sizeof(float)] = {};
  for (size_t i = 0; i < depth; ++i) {
    const size_t first_tap = i / inputs * Scheme::kTaps;
    const size_t num_taps = std::min(Scheme::kTaps, kernel - first_tap);
    const uint8_t* taps = data + (first_tap * inputs + i % inputs) * row_bytes;
    size_t step = inputs * row_bytes;
    if (count < kTileColumns) {  // columns past the last are zero
      const size_t padded_step = kTileColumns * WeightSize(kType);
      for (size_t k = 0; k < num_taps; ++k) {
        std::copy_n(taps + k * step, count * WeightSize(kType), padded + k * padded_step);
      }
      taps = padded;
      step = padded_step;
    }
    for (size_t c = 0; c < kTileColumns; c += kTileLanes) {
      float* to = out + i * kTileColumns + c;
      TransformTaps<Scheme, kType>(
          taps + c * WeightSize(kType), num_taps, step,
          [&](size_t p, auto v) HWY_ATTR { hn::Store(v, d, to + p * depth * kTileColumns); });
    }
  }
}

void TransformFilterImpl(const Weights& weights, size_t kernel, ThreadPool& pool, float* out) {
  const size_t num_panels = (weights.columns + kTileColumns - 1) / kTileColumns;
  const size_t panel_size = FilterSizeImpl(kernel, weights.rows / kernel, kTileColumns);
  ForToomCookScheme(kernel, [&]<class Scheme>(Scheme) {
    ForWeightType(weights.type, [&]<WeightType kType>() {
      pool.ParallelFor(num_panels, [&](size_t panel, size_t) {
        TransformFilterPanel<Scheme, kType>(weights, kernel, panel * kTileColumns,
                                            out + panel * panel_size);
      });
    });
  });
}

// How the output is cut. A group is dilation * 6 output rows: one tile for every phase of the
// dilation; a block is some groups and one task.
struct ToomCookPlan {
  size_t block_groups;
  size_t num_blocks;
  size_t tiles;        // of a block
  size_t input_tiles;  // those and what later pieces read
  size_t input_rows;   // of a block, halo included
  size_t point_step;   // elements between the transformed inputs of two points
};

// Tiles of a block: its transformed input must stay in L2, and each weight read from L3 serves them
// all. Fewer than kMinTasks blocks leave cores idle.
constexpr size_t kBlockTiles = 42;
constexpr size_t kMinTasks = 16;

template <class Scheme>
ToomCookPlan MakeToomCookPlan(const Job& job) {
  ToomCookPlan plan;
  const size_t dilation = job.options.dilation;
  static_assert(Scheme::kOutputs == ToomCookFilter::kTileRows);
  LITETTS_DCHECK(Scheme::kPieces * Scheme::kTaps == ToomCookFilter::ReadTaps(job.options.kernel));
  const size_t group_rows = dilation * Scheme::kOutputs;
  const size_t num_groups = (job.out.rows + group_rows - 1) / group_rows;
  const size_t most = std::max<size_t>(1, kBlockTiles / dilation);
  const size_t wanted = std::max((num_groups + most - 1) / most, std::min(kMinTasks, num_groups));
  plan.block_groups = (num_groups + wanted - 1) / wanted;
  plan.num_blocks = (num_groups + plan.block_groups - 1) / plan.block_groups;
  plan.tiles = plan.block_groups * dilation;
  plan.input_tiles = plan.tiles + (Scheme::kPieces - 1) * dilation;
  plan.input_rows =
      plan.input_tiles * Scheme::kOutputs + (Scheme::kPoints - Scheme::kOutputs) * dilation;
  plan.point_step = plan.input_tiles * job.scratch_stride;
  return plan;
}

// First output row of a tile, counted from the block's first.
template <class Scheme>
size_t TileRow(size_t tile, size_t dilation) {
  return tile / dilation * dilation * Scheme::kOutputs + tile % dilation;
}

struct PanelColumns {
  size_t begin;
  size_t count;
  const float* scale;
  const float* bias;
};

// Asks for what FinishTiles() will read and write, which no prefetcher guesses: two cache lines of
// a row. The products take long enough to hide it.
template <class Scheme>
void PrefetchTiles(const Job& job, size_t first_row, size_t first_tile, size_t num_tiles,
                   size_t column) {
  const size_t dilation = job.options.dilation;
  for (size_t tile = first_tile; tile < first_tile + num_tiles; ++tile) {
    const size_t row = first_row + TileRow<Scheme>(tile, dilation);
    for (size_t r = row; r < std::min(row + Scheme::kOutputs * dilation, job.out.rows);
         r += dilation) {
      for (size_t c = 0; c < kTileColumns; c += kAlignment / sizeof(float)) {
        hwy::Prefetch(job.out.Row(r) + column + c);
        if (!job.options.residual.empty()) hwy::Prefetch(job.options.residual.Row(r) + column + c);
      }
    }
  }
}

// The output rows of `num_tiles` tiles from their products, [points][num_tiles][kTileColumns].
template <class Scheme>
void FinishTiles(const Job& job, const PanelColumns& columns, size_t first_row, size_t first_tile,
                 size_t num_tiles, const float* sums) {
  const TileTag d;
  const size_t dilation = job.options.dilation;
  for (size_t tile = 0; tile < num_tiles; ++tile) {
    const size_t row = first_row + TileRow<Scheme>(first_tile + tile, dilation);
    for (size_t c = 0; c < columns.count; c += kTileLanes) {
      TransformSums<Scheme>(
          sums + tile * kTileColumns + c, num_tiles * kTileColumns, [&](size_t j, auto v) HWY_ATTR {
            const size_t r = row + j * dilation;
            if (r >= job.out.rows) return;
            v = hn::MulAdd(v, hn::Load(d, columns.scale + c), hn::Load(d, columns.bias + c));
            FinishVector(job, v, r, columns.begin + c, columns.count - c);
          });
    }
  }
}

template <class Scheme>
void RunToomCookBlock(const Job& job, const ToomCookPlan& plan, const ToomCookFilter& filter,
                      size_t block, float* scratch) {
  const size_t dilation = job.options.dilation;
  const size_t first_row = block * plan.tiles * Scheme::kOutputs;
  const size_t channels = job.x.columns;
  float* transformed = scratch;
  float* rows = scratch + Scheme::kPoints * plan.point_step;
  LoadRows(job, first_row, plan.input_rows, rows);
  for (size_t tile = 0; tile < plan.input_tiles; ++tile) {
    TransformTile<Scheme>(rows + TileRow<Scheme>(tile, dilation) * job.scratch_stride,
                          dilation * job.scratch_stride, channels,
                          transformed + tile * job.scratch_stride, plan.point_step);
  }
  const size_t left_rows = job.out.rows - first_row;
  const size_t num_rows = std::min(plan.tiles * Scheme::kOutputs, left_rows);
  const size_t depth = Scheme::kPieces * channels;
  HWY_ALIGN float sums[Scheme::kPoints * kTileRows * kTileColumns];
  HWY_ALIGN float scale[kTileColumns] = {};
  HWY_ALIGN float bias[kTileColumns] = {};
  const float* panel = filter.values().data();
  for (size_t column = 0; column < job.out.columns; column += kTileColumns) {
    const size_t count = std::min(kTileColumns, job.out.columns - column);
    LoadColumns(job, column, count, scale, bias);
    const size_t num_strips = (plan.tiles + kTileRows - 1) / kTileRows;
    for (size_t strip = 0; strip < num_strips; ++strip) {
      const size_t begin = strip * plan.tiles / num_strips;
      const size_t size = (strip + 1) * plan.tiles / num_strips - begin;
      PrefetchTiles<Scheme>(job, first_row, begin, size, column);
      for (size_t p = 0; p < Scheme::kPoints; ++p) {
        ConvTileRows(size,
                     {.rows = transformed + p * plan.point_step + begin * job.scratch_stride,
                      .row_step = job.scratch_stride,
                      .tap_step = dilation * job.scratch_stride,
                      .num_taps = Scheme::kPieces,
                      .num_channels = channels},
                     PackedPanel{panel + p * depth * kTileColumns}, sums + p * size * kTileColumns);
      }
      FinishTiles<Scheme>(job, {column, count, scale, bias}, first_row, begin, size, sums);
    }
    if (job.stats != nullptr) BlockStats(job, block, first_row, num_rows, column, count);
    panel += Scheme::kPoints * depth * kTileColumns;
  }
}

void ToomCookConv1dImpl(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                        ThreadPool& pool, Arena& arena, const Matrix& out) {
  LITETTS_CHECK(options.toom_cook->tile_columns() == kTileColumns);
  const Arena::Scope scope(arena);
  Job job = MakeJob(x, weights, options, arena, out);
  ForToomCookScheme(options.kernel, [&]<class Scheme>(Scheme) {
    const ToomCookPlan plan = MakeToomCookPlan<Scheme>(job);
    if (options.stats != nullptr) {
      job.stats = arena.Allocate<double>(plan.num_blocks * 2 * out.columns).data();
    }
    const size_t size = Scheme::kPoints * plan.point_step + plan.input_rows * job.scratch_stride;
    float* scratch = arena.Allocate<float>(size * pool.num_threads()).data();
    pool.ParallelFor(plan.num_blocks, [&](size_t block, size_t thread) {
      RunToomCookBlock<Scheme>(job, plan, *options.toom_cook, block, scratch + thread * size);
    });
    if (options.stats != nullptr) {
      CombineStats(job.stats, plan.num_blocks, plan.tiles * Scheme::kOutputs, out.rows,
                   *options.stats);
    }
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(TileColumnsImpl);
HWY_EXPORT(FilterSizeImpl);
HWY_EXPORT(TransformFilterImpl);
HWY_EXPORT(ToomCookConv1dImpl);

ToomCookFilter::ToomCookFilter(const Weights& weights, size_t kernel, ThreadPool& pool)
    : kernel_(kernel),
      inputs_(weights.rows / kernel),
      outputs_(weights.columns),
      tile_columns_(HWY_DYNAMIC_DISPATCH(TileColumnsImpl)()),
      values_(HWY_DYNAMIC_DISPATCH(FilterSizeImpl)(kernel, inputs_, outputs_)) {
  LITETTS_CHECK(Supports(kernel) && weights.rows % kernel == 0);
  HWY_DYNAMIC_DISPATCH(TransformFilterImpl)(weights, kernel, pool, values_.data());
}

void ToomCookConv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                    ThreadPool& pool, Arena& arena, const Matrix& out) {
  const ToomCookFilter& filter = *options.toom_cook;
  LITETTS_CHECK(filter.kernel() == options.kernel && options.stride == 1);
  LITETTS_CHECK(filter.inputs() == x.columns && filter.outputs() == out.columns);
  HWY_DYNAMIC_DISPATCH(ToomCookConv1dImpl)(x, weights, options, pool, arena, out);
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
