#pragma once

#include <string>
#include <string_view>

#include "base/status.h"

namespace litetts::kernels {

// Dot product instructions, which Highway does not know: sums of products of bytes or bfloat16s.
struct DotInstructions {
  bool has_vnni = false;  // AVX-512: 64 products of bytes
  bool has_bf16 = false;  // AVX-512: 32 products of bfloat16s
  bool has_amx = false;   // 16 x 16 x 32 products of bfloat16s
};

// Those that the CPU and the system have and the cap allows; AMX after asking the system for it and
// a product that came out right. Thread-safe.
DotInstructions AvailableDotInstructions();

// Until called with false, AMX counts as unavailable. For tests of what is used without it; one
// thread.
void HideAmxForTest(bool is_hidden);

// The instructions that the kernels use: Highway's name of the target ("AVX3", "AVX2", "SSE2",
// ...), and which dot products: "AVX3+VNNI+BF16+AMX".
std::string SimdName();

// Limits the kernels to at most `cap`: "best", "amx", "vnni" (AVX-512 with VNNI and BF16), "avx3"
// (plain AVX-512), "avx2", "sse4", "ssse3", or "baseline" (the target that the whole build needs).
// To be called before the first kernel runs, by one thread. kInvalidArgument for another name,
// kFailedPrecondition if this CPU lacks what even the baseline needs.
Status CapSimd(std::string_view cap);

}  // namespace litetts::kernels
