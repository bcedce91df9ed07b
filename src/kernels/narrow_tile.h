#pragma once

#include <cstddef>
#include <cstdint>

namespace litetts::kernels {

// Multiplication of narrow numbers with wide sums: strips of rows times panels of 32 columns.

enum class NarrowType : uint8_t {
  kBf16,  // bfloat16 times bfloat16, summed in float
  kI8,    // int8 times uint8, summed in int32
};

// What multiplies.
enum class DotUnit : uint8_t {
  kPortable,  // plain C++: for tests, slow
  kAvx512,    // AVX512_BF16, AVX512_VNNI
  kAmx,       // AMX-BF16
};

// The best unit that this CPU and the cap (kernels/simd.h) allow.
DotUnit BestDotUnit(NarrowType type);

inline constexpr size_t kNarrowColumns = 32;     // of a panel
inline constexpr size_t kNarrowLanes = 16;       // groups of a chunk, and columns of a vector
inline constexpr size_t kNarrowChunkBytes = 64;  // a row's part of one chunk
inline constexpr size_t kNarrowStripRows = 32;   // the most rows of a strip
// Panel bytes of one chunk of one tap: [groups][columns] of four bytes.
inline constexpr size_t kNarrowPanelChunkBytes = kNarrowLanes * kNarrowColumns * 4;

// Channels of a chunk. Element e of group g is channel g + 16 e of the chunk: two vectors of
// channels are narrowed and interleaved by shifting alone.
constexpr size_t NarrowChunkChannels(NarrowType type) {
  return type == NarrowType::kBf16 ? 32 : 64;
}

// Rows of strips that fill the unit's registers.
constexpr size_t NarrowStripRows(DotUnit unit) {
  return unit == DotUnit::kAmx ? kNarrowStripRows : 28;
}

struct NarrowStrip {
  const std::byte* rows;  // first input row of the first output row
  size_t row_step;        // bytes between the inputs of consecutive output rows
  size_t tap_step;        // bytes between taps
  size_t plane_step;      // bytes between the terms whose sum the input is (bf16)
  size_t num_taps;
  size_t num_chunks;
  size_t num_terms;        // 1 for int8
  const std::byte* panel;  // [taps][chunks][groups][columns] of four bytes
  size_t num_rows;         // 1..kNarrowStripRows
  // Int8 only: of the first output row at its first tap. The input is row_scales[r] * element;
  // row_sums[r] = -128 * sum of the elements, for weights stored 128 too large.
  const float* row_scales = nullptr;
  const int32_t* row_sums = nullptr;
  size_t scale_row_step = 0;  // entries between consecutive output rows
  size_t scale_tap_step = 0;  // and between taps
};

// out[r][0..32) = sum over taps, chunks and terms; `out` has room for kNarrowStripRows rows. AMX
// reads the input of 16 or 32 rows, whatever num_rows. Between BeginTiles() and EndTiles() of the
// same thread if `unit` is kAmx.
void MultiplyNarrowStrip(NarrowType type, DotUnit unit, const NarrowStrip& strip, float* out);

void BeginTiles(DotUnit unit);
void EndTiles(DotUnit unit);

// Whether AMX multiplies right, once the system has lent its registers.
bool CheckAmx();

}  // namespace litetts::kernels
