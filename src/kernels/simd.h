#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace litetts::kernels {

// The SIMD target that the kernels use: "AVX3_DL", "AVX2", "SSE2", ... (Highway's names).
std::string SimdName();

// Limits the kernels to at most `cap`: "best", "avx3", "avx2", "sse4", "ssse3", or "baseline" (the
// target that the whole build needs). To be called before the first kernel runs, by one thread.
// kInvalidArgument for another name, kFailedPrecondition if this CPU lacks what even the baseline
// needs.
Status CapSimd(std::string_view cap);

}  // namespace litetts::kernels
