#include "model/precision.h"

#include <array>
#include <utility>

#include "kernels/simd.h"

namespace litetts::model {

using kernels::DotUnit;
using kernels::NarrowType;

namespace {

constexpr std::array<std::pair<Precision, std::string_view>, 4> kNames = {{
    {Precision::kAuto, "auto"},
    {Precision::kF32, "f32"},
    {Precision::kBf16, "bf16"},
    {Precision::kI8, "int8"},
}};

}  // namespace

std::string_view PrecisionName(Precision precision) {
  return kNames[static_cast<size_t>(precision)].second;
}

Result<Precision> ParsePrecision(std::string_view name) {
  for (const auto& [precision, its_name] : kNames) {
    if (its_name == name) return precision;
  }
  return InvalidArgument("precision '", name, "' is unknown; use auto, f32, bf16 or int8");
}

Result<Precision> ResolvePrecision(Precision asked) {
  const kernels::DotInstructions dots = kernels::AvailableDotInstructions();
  if (asked == Precision::kAuto) {
    // conv_bench, in GFLOP/s of a core of a Sapphire Rapids at 128 channels and 11 taps, all with
    // AVX-512: float by Toom-Cook 370; bfloat16 in vectors 103, in AMX tiles 1153; int8 450.
    if (dots.has_amx) return Precision::kBf16;
    return dots.has_vnni ? Precision::kI8 : Precision::kF32;
  }
  const bool has_it = asked == Precision::kF32 || (asked == Precision::kBf16 && dots.has_bf16) ||
                      (asked == Precision::kI8 && dots.has_vnni);
  if (has_it) return asked;
  return FailedPrecondition("this CPU (", kernels::SimdName(), ") has no instructions for ",
                            PrecisionName(asked), " dot products; use auto or f32");
}

std::optional<kernels::NarrowFormat> FormatOf(Precision precision) {
  switch (precision) {
    case Precision::kBf16:
      return kernels::NarrowFormat{NarrowType::kBf16, 1, BestDotUnit(NarrowType::kBf16)};
    case Precision::kI8:
      return kernels::NarrowFormat{NarrowType::kI8, 1, BestDotUnit(NarrowType::kI8)};
    default:
      return std::nullopt;
  }
}

}  // namespace litetts::model
