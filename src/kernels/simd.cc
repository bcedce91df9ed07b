#include "kernels/simd.h"

#include <cstdint>

#include "hwy/targets.h"

namespace litetts::kernels {

std::string SimdName() {
  const int64_t supported = hwy::SupportedTargets() & HWY_TARGETS;
  return hwy::TargetName(supported & -supported);  // a lower bit is a better target
}

Status CapSimd(std::string_view cap) {
#if HWY_ARCH_X86
  if (!__builtin_cpu_supports("ssse3")) {
    return FailedPrecondition("this CPU lacks SSSE3, which litetts needs");
  }
#endif
  int64_t best = 0;
  if (cap == "best") return OkStatus();
  if (cap == "avx3") best = HWY_AVX3;
  if (cap == "avx2") best = HWY_AVX2;
  if (cap == "sse4") best = HWY_SSE4;
  if (cap == "ssse3") best = HWY_SSSE3;
  if (cap == "baseline") best = HWY_STATIC_TARGET;
  if (best == 0) {
    return InvalidArgument("SIMD cap '", cap,
                           "' is unknown; use best, avx3, avx2, sse4, ssse3 or baseline");
  }
  hwy::DisableTargets(best - 1);  // every better target
  return OkStatus();
}

}  // namespace litetts::kernels
