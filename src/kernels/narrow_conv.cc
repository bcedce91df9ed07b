#include "kernels/narrow_conv.h"

#include "base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/narrow_conv.cc"
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/conv_fused-inl.h"
#include "kernels/narrow_rows-inl.h"
#include "kernels/widen-inl.h"

// Once for all targets.
#ifndef LITETTS_KERNELS_NARROW_CONV_ONCE_
#define LITETTS_KERNELS_NARROW_CONV_ONCE_
namespace litetts::kernels {
namespace {

size_t NarrowPanelBytes(const Weights& weights, size_t kernel, NarrowType type) {
  const size_t channels = NarrowChunkChannels(type);
  return kernel * ((weights.rows / kernel + channels - 1) / channels) * kNarrowPanelChunkBytes;
}

}  // namespace
}  // namespace litetts::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The four bytes of each column of a panel that belong to group g of a chunk: the weights of
// channels g, g + 16, ...; `rows` points to each, null past the last channel.
template <WeightType kType, NarrowType kNarrow>
HWY_INLINE void PackGroup(const uint8_t* const* rows, const float* inverse_scale, uint32_t* out) {
  const TileTag d;
  const hn::RebindToUnsigned<TileTag> du;
  for (size_t c = 0; c < kNarrowColumns; c += kTileLanes) {
    const auto load = [&](size_t e) HWY_ATTR {
      return rows[e] != nullptr ? LoadWidened<kType>(d, rows[e], c) : hn::Zero(d);
    };
    if constexpr (kNarrow == NarrowType::kBf16) {
      const auto low = hn::ShiftRight<16>(RoundToBf16(load(0)));
      hn::Store(hn::Or(low, RoundToBf16(load(1))), du, out + c);
    } else {
      const auto inverse = hn::Load(d, inverse_scale + c);
      const auto quantise = [&](size_t e) HWY_ATTR {  // stored 128 too large; 0 past the last
        const auto v = hn::MulAdd(load(e), inverse, hn::Set(d, 128.0f));
        return hn::BitCast(du, hn::NearestInt(v));
      };
      const auto low = hn::Or(quantise(0), hn::ShiftLeft<8>(quantise(1)));
      const auto high = hn::Or(quantise(2), hn::ShiftLeft<8>(quantise(3)));
      hn::Store(hn::Or(low, hn::ShiftLeft<16>(high)), du, out + c);
    }
  }
}

// Packs the panel of `weights` that begins at `column`. `inverse_scale`: of the panel's columns;
// weights times it are what is stored as int8.
template <WeightType kType, NarrowType kNarrow>
void PackPanel(const Weights& weights, size_t kernel, size_t column, const float* inverse_scale,
               std::byte* out) {
  constexpr size_t kParts = NarrowChunkChannels(kNarrow) / kNarrowLanes;
  constexpr size_t kPrefetchGroups = 12;
  const size_t inputs = weights.rows / kernel;
  const size_t count = std::min(kNarrowColumns, weights.columns - column);
  const size_t row_bytes = weights.columns * WeightSize(kType);
  const auto* data = static_cast<const uint8_t*>(weights.data) + column * WeightSize(kType);
  uint8_t padded[kParts][kNarrowColumns * sizeof(float)] = {};
  auto* to = reinterpret_cast<uint32_t*>(out);
  for (size_t tap = 0; tap < kernel; ++tap, data += inputs * row_bytes) {
    for (size_t first = 0; first < inputs; first += kParts * kNarrowLanes) {
      for (size_t g = 0; g < kNarrowLanes; ++g, to += kNarrowColumns) {
        const uint8_t* rows[kParts];
        for (size_t e = 0; e < kParts; ++e) {
          const size_t channel = first + g + kNarrowLanes * e;
          rows[e] = channel < inputs ? data + channel * row_bytes : nullptr;
          if (rows[e] == nullptr) continue;
          if (count < kNarrowColumns) {
            std::copy_n(rows[e], count * WeightSize(kType), padded[e]);
            rows[e] = padded[e];
          } else {
            // Rows lie hundreds of bytes apart, too far for the hardware's prefetcher.
            hwy::Prefetch(rows[e] + kPrefetchGroups * kParts * row_bytes);
          }
        }
        PackGroup<kType, kNarrow>(rows, inverse_scale, to);
      }
    }
  }
}

void PackFilterImpl(const Weights& weights, const NarrowFormat& format, size_t kernel,
                    const float* inverse_scale, size_t panel_bytes, ThreadPool& pool,
                    std::byte* out) {
  const size_t num_panels = (weights.columns + kNarrowColumns - 1) / kNarrowColumns;
  ForWeightType(weights.type, [&]<WeightType kType>() {
    pool.ParallelFor(num_panels, [&](size_t panel, size_t) {
      const size_t column = panel * kNarrowColumns;
      std::byte* to = out + panel * panel_bytes;
      if (format.type == NarrowType::kBf16) {
        PackPanel<kType, NarrowType::kBf16>(weights, kernel, column, nullptr, to);
      } else {
        PackPanel<kType, NarrowType::kI8>(weights, kernel, column, inverse_scale + column, to);
      }
    });
  });
}

// How a convolution is cut into tasks: time blocks x groups of panels, by its shape alone.
struct NarrowPlan {
  size_t strip_rows;
  size_t block_rows;  // a multiple of strip_rows
  size_t num_blocks;
  size_t panels_per_group;
  size_t num_groups;
  size_t panels_at_once;  // whose weights a strip reads before the next strip
};

// The halo of a block of 384 rows costs 13 % of the input transform at most in this model, and its
// input stays in L2.
constexpr size_t kNarrowBlockRows = 384;
// Fewer tasks than this leave cores idle.
constexpr size_t kNarrowMinTasks = 16;
// Weights that stay in L2 beside a block, read again for each strip.
constexpr size_t kPanelCacheBytes = 512 << 10;

size_t NarrowInputRows(const ConvOptions& options, size_t output_rows) {
  return (output_rows - 1) * options.stride + (options.kernel - 1) * options.dilation + 1;
}

NarrowPlan MakeNarrowPlan(const ConvOptions& options, const Matrix& out, DotUnit unit,
                          size_t panel_bytes) {
  NarrowPlan plan;
  plan.strip_rows = NarrowStripRows(unit);
  const size_t most = RoundUp(kNarrowBlockRows, plan.strip_rows);
  if (options.narrow == nullptr) {
    // Each block packs its panels again: as few blocks as possible, and tasks by columns.
    const size_t num_blocks = (out.rows + most - 1) / most;
    plan.block_rows = RoundUp((out.rows + num_blocks - 1) / num_blocks, plan.strip_rows);
  } else {
    const size_t halo = (options.kernel - 1) * options.dilation;
    const size_t fewest =
        RoundUp(std::clamp<size_t>(4 * halo, 1, kNarrowBlockRows), plan.strip_rows);
    const size_t even = (out.rows + kNarrowMinTasks - 1) / kNarrowMinTasks;
    plan.block_rows = std::clamp(RoundUp(even, plan.strip_rows), fewest, most);
  }
  plan.num_blocks = (out.rows + plan.block_rows - 1) / plan.block_rows;
  const size_t num_panels = (out.columns + kNarrowColumns - 1) / kNarrowColumns;
  const size_t wanted_groups = (kNarrowMinTasks + plan.num_blocks - 1) / plan.num_blocks;
  plan.panels_per_group = std::max<size_t>(1, num_panels / wanted_groups);
  plan.num_groups = (num_panels + plan.panels_per_group - 1) / plan.panels_per_group;
  // Vector units read a panel so slowly that it may come from L2 for each strip.
  const bool is_fast = unit == DotUnit::kAmx && options.narrow != nullptr;
  plan.panels_at_once = is_fast ? std::max<size_t>(1, kPanelCacheBytes / panel_bytes) : 1;
  return plan;
}

// One convolution, as its tasks see it.
struct NarrowJob {
  const Job& job;
  const NarrowFormat& format;
  const NarrowPlan& plan;
  const NarrowRows& rows;  // layout of the narrowed input
  const float* scale;      // of the columns, zero past the last
  size_t panel_bytes;
};

// A task's own memory.
struct NarrowScratch {
  float* stats;      // [3][columns of a group]
  std::byte* panel;  // one, if the filter is not packed yet
};

// The running sums behind the statistics of a block's columns: of differences from its first row,
// so that the squares do not cancel.
struct ColumnSums {
  float* origin;
  float* sum;
  float* squares;
};

// Finishes one vector of columns of a strip: scale, bias, residual, output scale, statistics.
void FinishColumns(const Job& job, const float* sums, size_t first_row, size_t num_rows,
                   size_t column, const float* scale_of_column, bool is_first_strip,
                   const ColumnSums& stats) {
  const TileTag d;
  const size_t left = job.out.columns - column;
  const auto scale = hn::Load(d, scale_of_column);
  const auto bias = job.options.bias.empty()
                        ? hn::Zero(d)
                        : LoadPartial(d, job.options.bias.data() + column, left);
  if (job.stats == nullptr) {
    for (size_t r = 0; r < num_rows; ++r) {
      const auto v = hn::MulAdd(hn::Load(d, sums + r * kNarrowColumns), scale, bias);
      FinishVector(job, v, first_row + r, column, left);
    }
    return;
  }
  auto origin = hn::Zero(d);
  if (!is_first_strip) origin = hn::Load(d, stats.origin);
  auto sum = is_first_strip ? hn::Zero(d) : hn::Load(d, stats.sum);
  auto squares = is_first_strip ? hn::Zero(d) : hn::Load(d, stats.squares);
  for (size_t r = 0; r < num_rows; ++r) {
    const auto v = hn::MulAdd(hn::Load(d, sums + r * kNarrowColumns), scale, bias);
    const auto finished = FinishVector(job, v, first_row + r, column, left);
    if (is_first_strip && r == 0) origin = finished;
    const auto delta = hn::Sub(finished, origin);
    sum = hn::Add(sum, delta);
    squares = hn::MulAdd(delta, delta, squares);
  }
  hn::Store(origin, d, stats.origin);
  hn::Store(sum, d, stats.sum);
  hn::Store(squares, d, stats.squares);
}

// Asks for the residual and the output of a strip, which no prefetcher guesses.
void PrefetchStrip(const Job& job, size_t first_row, size_t num_rows, size_t column) {
  const size_t count = std::min(kNarrowColumns, job.out.columns - column);
  for (size_t r = first_row; r < first_row + num_rows; ++r) {
    for (size_t c = 0; c < count; c += kAlignment / sizeof(float)) {
      hwy::Prefetch(job.out.Row(r) + column + c);
      if (!job.options.residual.empty()) hwy::Prefetch(job.options.residual.Row(r) + column + c);
    }
  }
}

// Mean and sum of squared deviations from the running sums, into the block's entry.
void StoreBlockStats(const Job& job, size_t block, size_t num_rows, size_t column, size_t count,
                     const ColumnSums& stats) {
  double* mean = job.stats + block * 2 * job.out.columns + column;
  double* squares = mean + job.out.columns;
  const auto rows = static_cast<double>(num_rows);
  for (size_t c = 0; c < count; ++c) {
    const double sum = stats.sum[c];
    mean[c] = stats.origin[c] + sum / rows;
    squares[c] = std::max(0.0, stats.squares[c] - sum * sum / rows);
  }
}

// The packed panel, from the filter or packed here.
const std::byte* PanelOf(const NarrowJob& narrow, size_t panel, std::byte* own) {
  const ConvOptions& options = narrow.job.options;
  if (options.narrow != nullptr) {
    return options.narrow->panels().data() + panel * narrow.panel_bytes;
  }
  PackPanel<WeightType::kI8, NarrowType::kBf16>(narrow.job.weights, options.kernel,
                                                panel * kNarrowColumns, nullptr, own);
  return own;
}

// Panels [begin, end) of one block. `input`: its narrowed rows.
void RunNarrowBlock(const NarrowJob& narrow, size_t block, size_t begin, size_t end,
                    const NarrowInput& input, const NarrowScratch& scratch) {
  const Job& job = narrow.job;
  const NarrowPlan& plan = narrow.plan;
  const NarrowFormat& format = narrow.format;
  const ConvOptions& options = job.options;
  const size_t first_row = block * plan.block_rows;
  const size_t num_rows = std::min(plan.block_rows, job.out.rows - first_row);
  const size_t stats_step = (end - begin) * kNarrowColumns;
  alignas(kAlignment) float sums[kNarrowStripRows * kNarrowColumns];
  const auto stats_of = [&](size_t panel) {
    float* origin = scratch.stats + (panel - begin) * kNarrowColumns;
    return ColumnSums{origin, origin + stats_step, origin + 2 * stats_step};
  };
  BeginTiles(format.unit);
  for (size_t first_panel = begin; first_panel < end; first_panel += plan.panels_at_once) {
    const size_t last_panel = std::min(end, first_panel + plan.panels_at_once);
    const std::byte* first_data = PanelOf(narrow, first_panel, scratch.panel);
    for (size_t strip = 0; strip < num_rows; strip += plan.strip_rows) {
      const size_t strip_rows = std::min(plan.strip_rows, num_rows - strip);
      const NarrowInput from = input.From(strip * options.stride, narrow.rows);
      for (size_t panel = first_panel; panel < last_panel; ++panel) {
        const size_t column = panel * kNarrowColumns;
        PrefetchStrip(job, first_row + strip, strip_rows, column);
        MultiplyNarrowStrip(format.type, format.unit,
                            {.rows = from.data,
                             .row_step = options.stride * narrow.rows.row_bytes,
                             .tap_step = options.dilation * narrow.rows.row_bytes,
                             .plane_step = narrow.rows.plane_bytes,
                             .num_taps = options.kernel,
                             .num_chunks = narrow.rows.num_chunks,
                             .num_terms = format.terms,
                             .panel = first_data + (panel - first_panel) * narrow.panel_bytes,
                             .num_rows = strip_rows,
                             .row_scales = from.scales,
                             .row_sums = from.sums,
                             .scale_row_step = options.stride,
                             .scale_tap_step = options.dilation},
                            sums);
        const ColumnSums stats = stats_of(panel);
        for (size_t c = 0; c < kNarrowColumns && column + c < job.out.columns; c += kTileLanes) {
          FinishColumns(job, sums + c, first_row + strip, strip_rows, column + c,
                        narrow.scale + column + c, strip == 0,
                        {stats.origin + c, stats.sum + c, stats.squares + c});
        }
      }
    }
  }
  EndTiles(format.unit);
  if (job.stats == nullptr) return;
  for (size_t panel = begin; panel < end; ++panel) {
    const size_t column = panel * kNarrowColumns;
    StoreBlockStats(job, block, num_rows, column,
                    std::min(kNarrowColumns, job.out.columns - column), stats_of(panel));
  }
}

// Narrows the whole input once, for plans with several groups of columns.
NarrowInput NarrowSharedInput(const NarrowRows& rows, size_t num_rows, ThreadPool& pool,
                              std::byte* memory) {
  constexpr size_t kTaskRows = 16;
  const NarrowInput input = rows.Place(memory);
  pool.ParallelFor((num_rows + kTaskRows - 1) / kTaskRows, [&](size_t task, size_t) {
    const size_t begin = task * kTaskRows;
    rows.Load(begin, std::min(kTaskRows, num_rows - begin), input.From(begin, rows));
  });
  return input;
}

// Scales of the columns, zero past the last.
const float* PaddedScale(const Weights& weights, Arena& arena) {
  const std::span<float> scale = arena.Allocate<float>(RoundUp(weights.columns, kNarrowColumns));
  for (size_t c = 0; c < scale.size(); ++c) {
    scale[c] = c < weights.columns ? WeightScale(weights, c) : 0.0f;
  }
  return scale.data();
}

void NarrowConv1dImpl(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                      ThreadPool& pool, Arena& arena, const Matrix& out) {
  const Arena::Scope scope(arena);
  const NarrowFilter* filter = options.narrow;
  const NarrowFormat packed = options.packed_as != nullptr ? *options.packed_as : kExactAmx;
  const NarrowFormat format = filter != nullptr ? filter->format() : packed;
  Job job = MakeJob(x, weights, options, arena, out);
  const size_t num_panels = RoundUp(out.columns, kNarrowColumns) / kNarrowColumns;
  const size_t panel_bytes = NarrowPanelBytes(weights, options.kernel, format.type);
  const NarrowPlan plan = MakeNarrowPlan(options, out, format.unit, panel_bytes);
  if (options.stats != nullptr) {
    job.stats = arena.Allocate<double>(plan.num_blocks * 2 * out.columns).data();
  }
  const bool is_shared = plan.num_groups > 1;
  // AMX reads whole tiles of rows.
  const size_t whole_rows =
      NarrowInputRows(options, (is_shared ? plan.num_blocks : 1) * plan.block_rows);
  const NarrowRows rows(x, options, job.inverse_alpha, format, whole_rows, arena);
  const NarrowJob narrow = {
      .job = job,
      .format = format,
      .plan = plan,
      .rows = rows,
      .scale = filter != nullptr ? filter->scale().data() : PaddedScale(weights, arena),
      .panel_bytes = panel_bytes};
  NarrowInput shared;
  if (is_shared) {
    shared = NarrowSharedInput(rows, NarrowInputRows(options, out.rows), pool,
                               arena.Allocate<std::byte>(rows.Bytes()).data());
  }
  const size_t input_bytes = is_shared ? 0 : rows.Bytes();
  const size_t own_panel_bytes = filter != nullptr ? 0 : panel_bytes;
  const size_t stats_bytes = 3 * plan.panels_per_group * kNarrowColumns * sizeof(float);
  const size_t thread_bytes = input_bytes + own_panel_bytes + stats_bytes;
  std::byte* scratch = arena.Allocate<std::byte>(thread_bytes * pool.num_threads()).data();
  pool.ParallelFor(plan.num_blocks * plan.num_groups, [&](size_t task, size_t thread) {
    std::byte* own = scratch + thread * thread_bytes;
    const size_t block = task / plan.num_groups;
    const size_t first_row = block * plan.block_rows;
    NarrowInput input;
    if (is_shared) {
      input = shared.From(first_row * options.stride, rows);
    } else {
      input = rows.Place(own);
      const size_t num_rows = std::min(plan.block_rows, out.rows - first_row);
      rows.Load(first_row * options.stride, NarrowInputRows(options, num_rows), input);
    }
    own += input_bytes;
    const size_t begin = task % plan.num_groups * plan.panels_per_group;
    const size_t end = std::min(begin + plan.panels_per_group, num_panels);
    RunNarrowBlock(narrow, block, begin, end, input,
                   {.stats = reinterpret_cast<float*>(own + own_panel_bytes), .panel = own});
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

HWY_EXPORT(PackFilterImpl);
HWY_EXPORT(NarrowConv1dImpl);

namespace {

// What a column's largest weight is divided by; 1 for weights that are integers already.
float Int8Scale(const Weights& weights, size_t column) {
  if (weights.type == WeightType::kI8) return 1.0f;
  float largest = 0.0f;
  for (size_t row = 0; row < weights.rows; ++row) {
    const float value = WeightAt(weights.type, weights.data, row * weights.columns + column);
    largest = std::max(largest, std::abs(value));
  }
  return largest > 0.0f ? largest / 127.0f : 1.0f;
}

}  // namespace

NarrowFilter::NarrowFilter(const Weights& weights, size_t kernel, NarrowFormat format,
                           ThreadPool& pool)
    : kernel_(kernel),
      inputs_(weights.rows / kernel),
      outputs_(weights.columns),
      format_(format),
      panels_(RoundUp(weights.columns, kNarrowColumns) / kNarrowColumns *
              NarrowPanelBytes(weights, kernel, format.type)),
      scale_(RoundUp(weights.columns, kNarrowColumns)) {
  LITETTS_CHECK(weights.rows % kernel == 0);
  LITETTS_CHECK(format.type != NarrowType::kI8 || inputs_ <= kMaxInt8Channels);
  LITETTS_CHECK(format.terms == 1 || format.type == NarrowType::kBf16);
  AlignedBuffer<float> inverse(scale_.size());
  for (size_t c = 0; c < scale_.size(); ++c) {
    const bool is_padding = c >= outputs_;
    const float own = is_padding || format.type == NarrowType::kBf16 ? 1.0f : Int8Scale(weights, c);
    inverse[c] = 1.0f / own;
    scale_[c] = is_padding ? 0.0f : own * WeightScale(weights, c);
  }
  HWY_DYNAMIC_DISPATCH(PackFilterImpl)
  (weights, format, kernel, inverse.data(), NarrowPanelBytes(weights, kernel, format.type), pool,
   panels_.data());
}

void NarrowConv1d(const ConstMatrix& x, const Weights& weights, const ConvOptions& options,
                  ThreadPool& pool, Arena& arena, const Matrix& out) {
  if (const NarrowFilter* filter = options.narrow; filter != nullptr) {
    LITETTS_CHECK(filter->kernel() == options.kernel);
    LITETTS_CHECK(filter->inputs() == x.columns && filter->outputs() == out.columns);
  } else {
    LITETTS_CHECK(weights.type == WeightType::kI8);
    LITETTS_CHECK(options.packed_as == nullptr || options.packed_as->type == NarrowType::kBf16);
  }
  HWY_DYNAMIC_DISPATCH(NarrowConv1dImpl)(x, weights, options, pool, arena, out);
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
