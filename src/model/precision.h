#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "kernels/narrow_conv.h"

namespace litetts::model {

// In what the generator's residual blocks and upsampling multiply, which are 93 % of the work, and
// the decoder with int8. Everything else is computed in float, or on AMX in products that are as
// exact; so durations and pitch do not depend on it.
enum class Precision : uint8_t {
  kAuto,  // the fastest here that stays within the bound of docs/performance.md
  kF32,
  kBf16,  // inputs rounded to bfloat16; the published weights fit in it
  // Inputs rounded to int8 with a scale for each row; of upsampling and decoder to bfloat16, or not
  // at all where the CPU does not multiply it.
  kI8,
};

// "auto", "f32", "bf16", "int8".
std::string_view PrecisionName(Precision precision);
// kInvalidArgument for another name.
Result<Precision> ParsePrecision(std::string_view name);

// The precision to use for what was asked: kAuto becomes one of the others, by the instructions of
// this CPU alone, so that the same machine always makes the same samples. kFailedPrecondition if
// this CPU lacks the instructions for it.
Result<Precision> ResolvePrecision(Precision asked);

// How a convolution multiplies narrow numbers in a resolved precision; none: in float.
std::optional<kernels::NarrowFormat> FormatOf(Precision precision);

}  // namespace litetts::model
