// Input rows of a convolution, transformed and narrowed. Included once per SIMD target.
#if defined(LITETTS_KERNELS_NARROW_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LITETTS_KERNELS_NARROW_ROWS_INL_H_
#undef LITETTS_KERNELS_NARROW_ROWS_INL_H_
#else
#define LITETTS_KERNELS_NARROW_ROWS_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>

#include "base/arena.h"
#include "hwy/highway.h"
#include "kernels/conv_fused-inl.h"
#include "kernels/narrow_conv.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using NarrowTag = TileTag;
using NarrowVec = hn::Vec<NarrowTag>;
using NarrowBitsTag = hn::RebindToUnsigned<NarrowTag>;
using NarrowBits = hn::Vec<NarrowBitsTag>;

// v rounded to bfloat16, as the upper half of each lane; ties away from zero.
HWY_INLINE NarrowBits RoundToBf16(NarrowVec v) {
  const NarrowBitsTag d;
  const auto bits = hn::Add(hn::BitCast(d, v), hn::Set(d, 0x8000u));
  return hn::And(bits, hn::Set(d, 0xFFFF0000u));
}

// x + sin(alpha x)^2 / alpha with an error of 2.3e-5 / alpha, for sums of 8-bit inputs:
// sin(pi f)^2 = z P(z) with z = f^2 in [0, 1/4], P a minimax fit of degree 3.
HWY_INLINE NarrowVec CoarseSnake(NarrowVec x, NarrowVec alpha_over_pi, NarrowVec inverse_alpha) {
  const NarrowTag d;
  const auto turns = hn::Mul(alpha_over_pi, x);
  const auto f = hn::Sub(turns, hn::Round(turns));
  const auto z = hn::Mul(f, f);
  auto p = hn::MulAdd(z, hn::Set(d, -22.990914f), hn::Set(d, 41.294960f));
  p = hn::MulAdd(z, p, hn::Set(d, -32.353872f));
  p = hn::MulAdd(z, p, hn::Set(d, 9.8666747f));
  return hn::MulAdd(hn::Mul(z, p), inverse_alpha, x);
}

class NarrowRows;

// Where narrowed rows lie, counted from the first row of padding. Int8 rows have a scale and
// -128 * their sum each (kernels/narrow_tile.h).
struct NarrowInput {
  std::byte* data = nullptr;
  float* scales = nullptr;
  int32_t* sums = nullptr;
  NarrowInput From(size_t row, const NarrowRows& rows) const;
};

// Transforms and narrows rows of one convolution's input.
class NarrowRows {
 public:
  // `num_rows`: the most rows of one NarrowInput. Books its constants from `arena`.
  NarrowRows(const ConstMatrix& x, const ConvOptions& options, const float* inverse_alpha,
             const NarrowFormat& format, size_t num_rows, Arena& arena)
      : x_(x), options_(options), format_(format), num_rows_(num_rows) {
    const size_t chunk = NarrowChunkChannels(format.type);
    num_chunks = (x.columns + chunk - 1) / chunk;
    // One line more than the row: rows at a power of two apart would share a few cache sets.
    row_bytes = (num_chunks + 1) * kNarrowChunkBytes;
    plane_bytes = num_rows * row_bytes;
    const InputTransform& input = options.input;
    const auto pad = [&](const float* from, float factor) {
      const std::span<float> to = arena.Allocate<float>(num_chunks * chunk);
      for (size_t c = 0; c < to.size(); ++c) to[c] = c < x.columns ? from[c] * factor : 0.0f;
      return to.data();
    };
    if (!input.scale.empty()) {
      scale_ = pad(input.scale.data(), 1.0f);
      shift_ = pad(input.shift.data(), 1.0f);
    }
    if (input.activation == Activation::kSnake) {
      const bool is_coarse = format.terms == 1;
      alpha_ = pad(input.alpha.data(), is_coarse ? 1.0f / std::numbers::pi_v<float> : 1.0f);
      inverse_alpha_ = pad(inverse_alpha, 1.0f);
    }
  }

  size_t Bytes() const {
    const size_t per_row = format_.type == NarrowType::kI8 ? sizeof(float) + sizeof(int32_t) : 0;
    return RoundUp(format_.terms * plane_bytes + num_rows_ * per_row, kAlignment);
  }
  NarrowInput Place(std::byte* memory) const {
    if (format_.type == NarrowType::kBf16) return {.data = memory};
    auto* scales = reinterpret_cast<float*>(memory + plane_bytes);
    return {memory, scales, reinterpret_cast<int32_t*>(scales + num_rows_)};
  }

  // Rows [begin, begin + count), counted from the first row of padding.
  void Load(size_t begin, size_t count, const NarrowInput& out) const {
    const size_t padding = options_.padding;
    for (size_t i = 0; i < count; ++i) {
      const size_t row = begin + i;
      const bool is_inside = row >= padding && row - padding < x_.rows;
      const float* in = is_inside ? x_.Row(row - padding) : nullptr;
      std::byte* to = out.data + i * row_bytes;
      if (format_.type == NarrowType::kI8) {
        LoadI8(in, to, out.scales[i], out.sums[i]);
      } else if (in == nullptr) {
        for (size_t t = 0; t < format_.terms; ++t) {
          std::fill_n(to + t * plane_bytes, num_chunks * kNarrowChunkBytes, std::byte{0});
        }
      } else {
        ForActivation([&]<Activation kActivation, bool kIsAffine>() {
          if (format_.terms == 1) {
            LoadBf16<kActivation, kIsAffine>(in, to);
          } else {
            LoadTerms<kActivation, kIsAffine>(in, to);
          }
        });
      }
    }
  }

  size_t num_chunks;
  size_t row_bytes;
  size_t plane_bytes;  // between the terms of an input

 private:
  template <class Function>
  HWY_INLINE void ForActivation(const Function& function) const {
    const Activation activation = options_.input.activation;
    const bool is_affine = scale_ != nullptr;
    if (activation == Activation::kSnake && !is_affine) {
      function.template operator()<Activation::kSnake, false>();
    } else if (activation == Activation::kSnake) {
      function.template operator()<Activation::kSnake, true>();
    } else if (activation == Activation::kLeakyRelu && is_affine) {
      function.template operator()<Activation::kLeakyRelu, true>();
    } else if (activation == Activation::kLeakyRelu) {
      function.template operator()<Activation::kLeakyRelu, false>();
    } else if (is_affine) {
      function.template operator()<Activation::kNone, true>();
    } else {
      function.template operator()<Activation::kNone, false>();
    }
  }

  // One transformed vector of channels; zero past the last.
  template <Activation kActivation, bool kIsAffine, bool kIsCoarse>
  HWY_INLINE NarrowVec Transform(const float* HWY_RESTRICT in, size_t c) const {
    const NarrowTag d;
    auto v = c < x_.columns ? LoadPartial(d, in + c, x_.columns - c) : hn::Zero(d);
    if constexpr (kIsAffine) v = hn::MulAdd(v, hn::Load(d, scale_ + c), hn::Load(d, shift_ + c));
    if constexpr (kActivation == Activation::kSnake) {
      const auto alpha = hn::Load(d, alpha_ + c);
      const auto inverse = hn::Load(d, inverse_alpha_ + c);
      v = kIsCoarse ? CoarseSnake(v, alpha, inverse) : SnakeVector(d, v, alpha, inverse);
    } else if constexpr (kActivation == Activation::kLeakyRelu) {
      const auto slope = hn::Set(d, options_.input.slope);
      v = hn::IfThenElse(hn::Lt(v, hn::Zero(d)), hn::Mul(v, slope), v);
    }
    return v;
  }

  template <Activation kActivation, bool kIsAffine>
  void LoadBf16(const float* HWY_RESTRICT in, std::byte* HWY_RESTRICT out) const {
    const NarrowBitsTag d;
    auto* to = reinterpret_cast<uint32_t*>(out);
    for (size_t chunk = 0; chunk < num_chunks; ++chunk) {
      for (size_t g = 0; g < kNarrowLanes; g += kTileLanes) {
        const size_t c = chunk * 2 * kNarrowLanes + g;
        const auto low = Transform<kActivation, kIsAffine, true>(in, c);
        const auto high = Transform<kActivation, kIsAffine, true>(in, c + kNarrowLanes);
        const auto bits = hn::Or(hn::ShiftRight<16>(RoundToBf16(low)), RoundToBf16(high));
        hn::Store(bits, d, to + chunk * kNarrowLanes + g);
      }
    }
  }

  // The same as a sum of bfloat16s, each the rounded rest of those before it.
  template <Activation kActivation, bool kIsAffine>
  void LoadTerms(const float* HWY_RESTRICT in, std::byte* HWY_RESTRICT out) const {
    const NarrowTag d;
    const NarrowBitsTag du;
    for (size_t chunk = 0; chunk < num_chunks; ++chunk) {
      for (size_t g = 0; g < kNarrowLanes; g += kTileLanes) {
        const size_t c = chunk * 2 * kNarrowLanes + g;
        auto low = Transform<kActivation, kIsAffine, false>(in, c);
        auto high = Transform<kActivation, kIsAffine, false>(in, c + kNarrowLanes);
        std::byte* to = out + (chunk * kNarrowLanes + g) * 4;
        for (size_t t = 0; t < format_.terms; ++t, to += plane_bytes) {
          const auto low_bits = RoundToBf16(low);
          const auto high_bits = RoundToBf16(high);
          hn::Store(hn::Or(hn::ShiftRight<16>(low_bits), high_bits), du,
                    reinterpret_cast<uint32_t*>(to));
          low = hn::Sub(low, hn::BitCast(d, low_bits));
          high = hn::Sub(high, hn::BitCast(d, high_bits));
        }
      }
    }
  }

  // A row as int8 times `scale`; `in` null: zeros.
  void LoadI8(const float* HWY_RESTRICT in, std::byte* HWY_RESTRICT out, float& scale,
              int32_t& sum) const {
    const size_t channels = num_chunks * NarrowChunkChannels(NarrowType::kI8);
    LITETTS_DCHECK(channels <= NarrowFilter::kMaxInt8Channels);
    const NarrowTag d;
    const NarrowBitsTag du;
    HWY_ALIGN float values[NarrowFilter::kMaxInt8Channels];
    auto largest = hn::Zero(d);
    if (in != nullptr) {
      ForActivation([&]<Activation kActivation, bool kIsAffine>() HWY_ATTR {
        for (size_t c = 0; c < channels; c += kTileLanes) {
          const auto v = Transform<kActivation, kIsAffine, true>(in, c);
          hn::Store(v, d, values + c);
          largest = hn::Max(largest, hn::Abs(v));
        }
      });
    }
    const float most = hn::GetLane(hn::MaxOfLanes(d, largest));
    if (!(most > 0.0f)) {
      std::fill_n(out, channels, std::byte{0});
      scale = 0.0f;
      sum = 0;
      return;
    }
    scale = most / 127.0f;
    const auto inverse = hn::Set(d, 127.0f / most);
    // Adding it rounds to an integer, the low byte of the sum's bits.
    const auto magic = hn::Set(d, 12582912.0f);  // 1.5 * 2^23
    const auto low_byte = hn::Set(du, 0xFFu);
    const auto low_half = hn::Set(du, 0xFFFFu);
    auto* to = reinterpret_cast<uint32_t*>(out);
    auto sums = hn::Zero(du);
    for (size_t c = 0; c < channels; c += 4 * kNarrowLanes, to += kNarrowLanes) {
      for (size_t g = 0; g < kNarrowLanes; g += kTileLanes) {
        const auto quantise = [&](size_t e) HWY_ATTR {
          const auto v = hn::Load(d, values + c + e * kNarrowLanes + g);
          return hn::BitCast(du, hn::MulAdd(v, inverse, magic));
        };
        const auto q0 = quantise(0);
        const auto q1 = quantise(1);
        const auto q2 = quantise(2);
        const auto q3 = quantise(3);
        sums = hn::Add(sums, hn::Add(hn::Add(q0, q1), hn::Add(q2, q3)));
        const auto low = hn::IfVecThenElse(low_byte, q0, hn::ShiftLeft<8>(q1));
        const auto high = hn::IfVecThenElse(low_byte, q2, hn::ShiftLeft<8>(q3));
        hn::Store(hn::IfVecThenElse(low_half, low, hn::ShiftLeft<16>(high)), du, to + g);
      }
    }
    // The bits of the magic numbers cancel in each lane: the lanes' sum is one of signed numbers on
    // AVX-512, which must not overflow.
    const hn::RebindToSigned<NarrowBitsTag> di;
    const auto magic_bits = hn::Set(du, static_cast<uint32_t>(channels / kTileLanes) * 0x4B400000u);
    const auto small = hn::BitCast(di, hn::Sub(sums, magic_bits));
    sum = -128 * hn::GetLane(hn::SumOfLanes(di, small));
  }

  const ConstMatrix& x_;
  const ConvOptions& options_;
  const NarrowFormat& format_;
  size_t num_rows_;
  // Of the channels, zero past the last; null if the transform has none.
  const float* scale_ = nullptr;
  const float* shift_ = nullptr;
  const float* alpha_ = nullptr;  // over pi where the Snake is coarse
  const float* inverse_alpha_ = nullptr;
};

inline NarrowInput NarrowInput::From(size_t row, const NarrowRows& rows) const {
  return {data + row * rows.row_bytes, scales == nullptr ? nullptr : scales + row,
          sums == nullptr ? nullptr : sums + row};
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#endif
