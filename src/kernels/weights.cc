#include "kernels/weights.h"

#include <bit>
#include <cmath>

namespace litetts::kernels {

float HalfToFloat(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  const uint32_t exponent = (bits >> 10) & 31;
  const uint32_t mantissa = bits & 1023;
  if (exponent == 0) {  // zero or subnormal: mantissa * 2^-24
    const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 31 ? 255 : exponent + 127 - 15;
  return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

float WeightAt(WeightType type, const void* row, size_t index) {
  switch (type) {
    case WeightType::kF32:
      return static_cast<const float*>(row)[index];
    case WeightType::kF16:
      return HalfToFloat(static_cast<const uint16_t*>(row)[index]);
    case WeightType::kI8:
      break;
  }
  return static_cast<const int8_t*>(row)[index];
}

}  // namespace litetts::kernels
