// The inner product of a convolution: a register tile of rows x two vectors. Included once per SIMD
// target.
#if defined(LITETTS_KERNELS_CONV_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_CONV_TILE_INL_H_
#undef LITETTS_KERNELS_CONV_TILE_INL_H_
#else
#define LITETTS_KERNELS_CONV_TILE_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/weights.h"
#include "kernels/widen-inl.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Rows x 2 vectors of sums, with 2 vectors of weights and one broadcast: AVX-512 has 32 registers
// (14 x 2 + 3), AVX2 16 (6 x 2 + 3), SSE 16 without fused multiply-add, which needs one more.
#if HWY_TARGET <= HWY_AVX3
inline constexpr size_t kTileRows = 14;
#elif HWY_TARGET == HWY_AVX2
inline constexpr size_t kTileRows = 6;
#else
inline constexpr size_t kTileRows = 5;
#endif
using TileTag = hn::CappedTag<float, 16>;
inline constexpr size_t kTileLanes = HWY_MIN(HWY_LANES(float), 16);
inline constexpr size_t kTileColumns = 2 * kTileLanes;

struct TileInput {
  const float* rows;  // first input row of the first output row
  size_t row_step;    // elements between the inputs of consecutive output rows
  size_t tap_step;    // elements between taps
  size_t num_taps;
  size_t num_channels;
};

// The weights of a tile, step by step, from a packed panel.
struct PackedPanel {
  const float* panel;  // [num_taps * num_channels][kTileColumns], aligned
  template <class V>
  HWY_INLINE void Next(V& w0, V& w1) {
    const TileTag d;
    w0 = hn::Load(d, panel);
    w1 = hn::Load(d, panel + kTileLanes);
    panel += kTileColumns;
  }
};

// The same from weights as stored, which leaves the packed panel behind for the tiles that follow:
// between multiplications the widening costs next to nothing.
template <WeightType kType>
struct WideningPanel {
  // Rows asked for ahead: they lie hundreds of bytes apart, too far for the hardware's prefetcher.
  static constexpr size_t kPrefetchRows = 24;

  const uint8_t* row;  // first of the tile's columns
  size_t row_bytes;
  float* panel;  // as in PackedPanel
  template <class V>
  HWY_INLINE void Next(V& w0, V& w1) {
    const TileTag d;
    hwy::Prefetch(row + kPrefetchRows * row_bytes);
    w0 = LoadWidened<kType>(d, row, 0);
    w1 = LoadWidened<kType>(d, row, kTileLanes);
    row += row_bytes;
    hn::Store(w0, d, panel);
    hn::Store(w1, d, panel + kTileLanes);
    panel += kTileColumns;
  }
};

// Steps that are added up in registers before they join the total. Rounding errors grow with the
// length of a chain of additions: 256 makes them 2 to 4 times smaller than one chain (768 to 3270
// steps in this model) at under 1 % of the time.
inline constexpr size_t kChainSteps = 256;

// out[i][0..kTileColumns) = sum over taps and channels, for kRows rows; `out` is aligned, row
// stride kTileColumns. The sums are an array of vectors, against the house rule: their number is a
// template constant, every target here has vectors of fixed size, and the compiler keeps them in
// registers.
template <size_t kRows, class Panel>
HWY_NOINLINE void ConvTile(const TileInput& input, Panel weights, float* HWY_RESTRICT out) {
  const TileTag d;
  using V = hn::Vec<TileTag>;
  const size_t row_step = input.row_step;
  const size_t num_steps = input.num_taps * input.num_channels;
  size_t tap = 0;
  size_t channel = 0;
  for (size_t chain = 0; chain < num_steps; chain += kChainSteps) {
    V sums[kRows][2];
    HWY_UNROLL(16)
    for (size_t i = 0; i < kRows; ++i) sums[i][0] = sums[i][1] = hn::Zero(d);
    size_t steps_left = HWY_MIN(kChainSteps, num_steps - chain);
    while (steps_left > 0) {
      const float* HWY_RESTRICT x = input.rows + tap * input.tap_step;
      const size_t end = HWY_MIN(input.num_channels, channel + steps_left);
      steps_left -= end - channel;
      for (; channel < end; ++channel) {
        V w0;
        V w1;
        weights.Next(w0, w1);
        HWY_UNROLL(16)
        for (size_t i = 0; i < kRows; ++i) {
          const V value = hn::Set(d, x[i * row_step + channel]);
          sums[i][0] = hn::MulAdd(value, w0, sums[i][0]);
          sums[i][1] = hn::MulAdd(value, w1, sums[i][1]);
        }
      }
      if (channel == input.num_channels) {
        channel = 0;
        ++tap;
      }
    }
    HWY_UNROLL(16)
    for (size_t i = 0; i < kRows; ++i) {
      float* row = out + i * kTileColumns;
      if (chain > 0) {
        sums[i][0] = hn::Add(sums[i][0], hn::Load(d, row));
        sums[i][1] = hn::Add(sums[i][1], hn::Load(d, row + kTileLanes));
      }
      hn::Store(sums[i][0], d, row);
      hn::Store(sums[i][1], d, row + kTileLanes);
    }
  }
}

// The same for a number of rows known at run time, 1..kTileRows.
template <class Panel, size_t kRows = kTileRows>
HWY_INLINE void ConvTileRows(size_t num_rows, const TileInput& input, const Panel& panel,
                             float* HWY_RESTRICT out) {
  if constexpr (kRows == 1) {
    ConvTile<1>(input, panel, out);
  } else {
    if (num_rows == kRows) return ConvTile<kRows>(input, panel, out);
    ConvTileRows<Panel, kRows - 1>(num_rows, input, panel, out);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
