#include "kernels/narrow_tile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "hwy/base.h"
#include "kernels/simd.h"

#if HWY_ARCH_X86_64
#include <immintrin.h>
#endif

namespace litetts::kernels {
namespace {

float Bf16ToFloat(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

// The definition, with the same bits as the vector units for int8. Bfloat16 sums may be added in
// another order there.
void MultiplyPortable(NarrowType type, const NarrowStrip& strip, float* out) {
  std::fill_n(out, strip.num_rows * kNarrowColumns, 0.0f);
  for (size_t r = 0; r < strip.num_rows; ++r) {
    float* sums = out + r * kNarrowColumns;
    for (size_t tap = 0; tap < strip.num_taps; ++tap) {
      const std::byte* row = strip.rows + r * strip.row_step + tap * strip.tap_step;
      const std::byte* panel = strip.panel + tap * strip.num_chunks * kNarrowPanelChunkBytes;
      if (type == NarrowType::kBf16) {
        for (size_t term = 0; term < strip.num_terms; ++term) {
          for (size_t i = 0; i < strip.num_chunks * kNarrowChunkBytes / 2; ++i) {
            uint16_t x = 0;
            std::memcpy(&x, row + term * strip.plane_step + 2 * i, 2);
            for (size_t c = 0; c < kNarrowColumns; ++c) {
              uint16_t w = 0;
              std::memcpy(&w, panel + (i / 2 * kNarrowColumns + c) * 4 + i % 2 * 2, 2);
              sums[c] += Bf16ToFloat(x) * Bf16ToFloat(w);
            }
          }
        }
        continue;
      }
      const size_t entry = r * strip.scale_row_step + tap * strip.scale_tap_step;
      for (size_t c = 0; c < kNarrowColumns; ++c) {
        int32_t sum = strip.row_sums[entry];
        for (size_t i = 0; i < strip.num_chunks * kNarrowChunkBytes; ++i) {
          const auto x = static_cast<int8_t>(row[i]);
          const auto w = static_cast<uint8_t>(panel[(i / 4 * kNarrowColumns + c) * 4 + i % 4]);
          sum += x * w;
        }
        sums[c] = std::fma(static_cast<float>(sum), strip.row_scales[entry], sums[c]);
      }
    }
  }
}

#if HWY_ARCH_X86_64

#if defined(__GNUC__) && !defined(__clang__)
// GCC bug 105593: its own intrinsics start from undefined vectors.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define LITETTS_AVX512_BF16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))
#define LITETTS_AVX512_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define LITETTS_AMX_BF16 __attribute__((target("amx-tile,amx-bf16")))

// 14 rows x 2 vectors of sums, 2 of weights and one broadcast fill 31 of 32 registers.
constexpr size_t kBf16TileRows = 14;

template <size_t kRows>
LITETTS_AVX512_BF16 void MultiplyBf16Tile(const NarrowStrip& strip, size_t first_row, float* out) {
  __m512 sums[kRows][2];
#pragma GCC unroll 16
  for (size_t r = 0; r < kRows; ++r) sums[r][0] = sums[r][1] = _mm512_setzero_ps();
  const size_t row_step = strip.row_step;
  const std::byte* panel = strip.panel;
  for (size_t tap = 0; tap < strip.num_taps; ++tap) {
    const std::byte* rows = strip.rows + first_row * row_step + tap * strip.tap_step;
    const std::byte* tap_panel = panel;
    for (size_t term = 0; term < strip.num_terms; ++term, rows += strip.plane_step) {
      panel = tap_panel;
      for (size_t g = 0; g < strip.num_chunks * kNarrowLanes; ++g) {
        const auto w0 = reinterpret_cast<__m512bh>(_mm512_load_si512(panel));
        const auto w1 = reinterpret_cast<__m512bh>(_mm512_load_si512(panel + kNarrowChunkBytes));
        panel += kNarrowColumns * 4;
#pragma GCC unroll 16
        for (size_t r = 0; r < kRows; ++r) {
          int32_t pair;
          std::memcpy(&pair, rows + r * row_step + 4 * g, 4);
          const auto x = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
          sums[r][0] = _mm512_dpbf16_ps(sums[r][0], x, w0);
          sums[r][1] = _mm512_dpbf16_ps(sums[r][1], x, w1);
        }
      }
    }
  }
#pragma GCC unroll 16
  for (size_t r = 0; r < kRows; ++r) {
    _mm512_store_ps(out + r * kNarrowColumns, sums[r][0]);
    _mm512_store_ps(out + r * kNarrowColumns + kNarrowLanes, sums[r][1]);
  }
}

// sum += w * x, of unsigned and signed bytes. Not the intrinsic: GCC 12 copies each sum before it
// adds to it, and spills.
LITETTS_AVX512_VNNI inline void AddDotI8(__m512i& sum, __m512i w, __m512i x) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(w), "v"(x));
}

// 7 rows x 2 vectors of integer and of float sums.
constexpr size_t kI8TileRows = 7;

template <size_t kRows>
LITETTS_AVX512_VNNI void MultiplyI8Tile(const NarrowStrip& strip, size_t first_row, float* out) {
  __m512 totals[kRows][2];
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) totals[r][0] = totals[r][1] = _mm512_setzero_ps();
  const size_t row_step = strip.row_step;
  const std::byte* panel = strip.panel;
  for (size_t tap = 0; tap < strip.num_taps; ++tap) {
    const std::byte* rows = strip.rows + first_row * row_step + tap * strip.tap_step;
    const size_t entry = first_row * strip.scale_row_step + tap * strip.scale_tap_step;
    __m512i sums[kRows][2];
#pragma GCC unroll 8
    for (size_t r = 0; r < kRows; ++r) {
      sums[r][0] = sums[r][1] = _mm512_set1_epi32(strip.row_sums[entry + r * strip.scale_row_step]);
    }
    for (size_t chunk = 0; chunk < strip.num_chunks; ++chunk, rows += kNarrowChunkBytes) {
#pragma GCC unroll 16
      for (size_t g = 0; g < kNarrowLanes; ++g) {
        const __m512i w0 = _mm512_load_si512(panel + g * kNarrowColumns * 4);
        const __m512i w1 = _mm512_load_si512(panel + g * kNarrowColumns * 4 + kNarrowChunkBytes);
#pragma GCC unroll 8
        for (size_t r = 0; r < kRows; ++r) {
          int32_t four;
          std::memcpy(&four, rows + r * row_step + 4 * g, 4);
          const __m512i x = _mm512_set1_epi32(four);
          AddDotI8(sums[r][0], w0, x);
          AddDotI8(sums[r][1], w1, x);
        }
      }
      panel += kNarrowPanelChunkBytes;
    }
#pragma GCC unroll 8
    for (size_t r = 0; r < kRows; ++r) {
      const __m512 scale = _mm512_set1_ps(strip.row_scales[entry + r * strip.scale_row_step]);
      totals[r][0] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][0]), scale, totals[r][0]);
      totals[r][1] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[r][1]), scale, totals[r][1]);
    }
  }
#pragma GCC unroll 8
  for (size_t r = 0; r < kRows; ++r) {
    _mm512_store_ps(out + r * kNarrowColumns, totals[r][0]);
    _mm512_store_ps(out + r * kNarrowColumns + kNarrowLanes, totals[r][1]);
  }
}

// Calls the instance for a number of rows known at run time.
template <NarrowType kType, size_t kRows>
void MultiplyTileRows(const NarrowStrip& strip, size_t first_row, size_t num_rows, float* out) {
  if constexpr (kRows > 1) {
    if (num_rows < kRows) {
      return MultiplyTileRows<kType, kRows - 1>(strip, first_row, num_rows, out);
    }
  }
  if constexpr (kType == NarrowType::kBf16) {
    MultiplyBf16Tile<kRows>(strip, first_row, out);
  } else {
    MultiplyI8Tile<kRows>(strip, first_row, out);
  }
}

template <NarrowType kType, size_t kTileRows>
void MultiplyAvx512(const NarrowStrip& strip, float* out) {
  // Tiles of nearly equal height: 15 rows are 8 + 7, not 14 + 1.
  const size_t num_tiles = (strip.num_rows + kTileRows - 1) / kTileRows;
  for (size_t tile = 0; tile < num_tiles; ++tile) {
    const size_t begin = tile * strip.num_rows / num_tiles;
    const size_t end = (tile + 1) * strip.num_rows / num_tiles;
    MultiplyTileRows<kType, kTileRows>(strip, begin, end - begin, out + begin * kNarrowColumns);
  }
}

// Two tiles of rows times two of columns: four tile loads for four products, and all eight tile
// registers in use.
LITETTS_AMX_BF16 void MultiplyAmx(const NarrowStrip& strip, float* out) {
  constexpr size_t kTileRows = 16;
  constexpr size_t kPanelStride = kNarrowColumns * 4;
  const bool is_tall = strip.num_rows > kTileRows;
  const size_t row_step = strip.row_step;
  const std::byte* panel = strip.panel;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t tap = 0; tap < strip.num_taps; ++tap) {
    const std::byte* rows = strip.rows + tap * strip.tap_step;
    for (size_t chunk = 0; chunk < strip.num_chunks; ++chunk, rows += kNarrowChunkBytes) {
      _tile_loadd(6, panel, kPanelStride);
      _tile_loadd(7, panel + kNarrowChunkBytes, kPanelStride);
      panel += kNarrowPanelChunkBytes;
      const std::byte* term_rows = rows;
      for (size_t term = 0; term < strip.num_terms; ++term, term_rows += strip.plane_step) {
        _tile_loadd(4, term_rows, row_step);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        if (!is_tall) continue;
        _tile_loadd(5, term_rows + kTileRows * row_step, row_step);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
      }
    }
  }
  constexpr size_t kOutStride = kNarrowColumns * sizeof(float);
  _tile_stored(0, out, kOutStride);
  _tile_stored(1, out + kNarrowLanes, kOutStride);
  if (!is_tall) return;
  _tile_stored(2, out + kTileRows * kNarrowColumns, kOutStride);
  _tile_stored(3, out + kTileRows * kNarrowColumns + kNarrowLanes, kOutStride);
}

struct alignas(64) TileConfig {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t column_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
static_assert(sizeof(TileConfig) == 64);

LITETTS_AMX_BF16 void LoadTileConfig() {
  static constexpr TileConfig kConfig;
  _tile_loadconfig(&kConfig);
}

LITETTS_AMX_BF16 void ReleaseTiles() { _tile_release(); }

#endif  // HWY_ARCH_X86_64

}  // namespace

DotUnit BestDotUnit(NarrowType type) {
  const DotInstructions dots = AvailableDotInstructions();
  if (type == NarrowType::kI8) return dots.has_vnni ? DotUnit::kAvx512 : DotUnit::kPortable;
  if (dots.has_amx) return DotUnit::kAmx;
  return dots.has_bf16 ? DotUnit::kAvx512 : DotUnit::kPortable;
}

void MultiplyNarrowStrip(NarrowType type, DotUnit unit, const NarrowStrip& strip, float* out) {
#if HWY_ARCH_X86_64
  if (unit == DotUnit::kAmx) return MultiplyAmx(strip, out);
  if (unit == DotUnit::kAvx512 && type == NarrowType::kBf16) {
    return MultiplyAvx512<NarrowType::kBf16, kBf16TileRows>(strip, out);
  }
  if (unit == DotUnit::kAvx512) {
    return MultiplyAvx512<NarrowType::kI8, kI8TileRows>(strip, out);
  }
#endif
  LITETTS_DCHECK(unit == DotUnit::kPortable);
  MultiplyPortable(type, strip, out);
}

void BeginTiles([[maybe_unused]] DotUnit unit) {
#if HWY_ARCH_X86_64
  if (unit == DotUnit::kAmx) LoadTileConfig();
#endif
}

void EndTiles([[maybe_unused]] DotUnit unit) {
#if HWY_ARCH_X86_64
  if (unit == DotUnit::kAmx) ReleaseTiles();
#endif
}

bool CheckAmx() {
#if HWY_ARCH_X86_64
  alignas(64) uint16_t rows[kNarrowStripRows][32];
  alignas(64) uint16_t panel[kNarrowLanes][kNarrowColumns][2];
  alignas(64) float want[kNarrowStripRows][kNarrowColumns];
  alignas(64) float got[kNarrowStripRows][kNarrowColumns];
  // Small whole numbers, so that every sum is exact.
  const auto bits = [](size_t i) {
    return static_cast<uint16_t>(std::bit_cast<uint32_t>(static_cast<float>(i * 7 % 13)) >> 16);
  };
  for (size_t i = 0; i < kNarrowStripRows * 32; ++i) rows[i / 32][i % 32] = bits(i);
  for (size_t i = 0; i < kNarrowLanes * kNarrowColumns * 2; ++i) {
    panel[i / 64][i % 64 / 2][i % 2] = bits(i + 5);
  }
  NarrowStrip strip = {.rows = reinterpret_cast<const std::byte*>(rows),
                       .row_step = kNarrowChunkBytes,
                       .tap_step = 0,
                       .plane_step = 0,
                       .num_taps = 1,
                       .num_chunks = 1,
                       .num_terms = 1,
                       .panel = reinterpret_cast<const std::byte*>(panel),
                       .num_rows = kNarrowStripRows};
  MultiplyPortable(NarrowType::kBf16, strip, want[0]);
  LoadTileConfig();
  MultiplyAmx(strip, got[0]);
  ReleaseTiles();
  return std::memcmp(want, got, sizeof(want)) == 0;
#else
  return false;
#endif
}

}  // namespace litetts::kernels
