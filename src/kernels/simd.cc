#include "kernels/simd.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/simd.cc"
#include <atomic>
#include <cstdint>

#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/narrow_tile.h"

#if HWY_ARCH_X86_64
#include <cpuid.h>
#endif
#if HWY_ARCH_X86_64 && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {

int64_t ThisTarget() { return HWY_TARGET; }

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(ThisTarget);

namespace {

// Dot products by ascending power, for the cap.
enum class DotCap : uint8_t { kNone, kVectors, kTiles };

// Beside Highway's own table of targets, which is as global.
std::atomic<DotCap> g_dot_cap{DotCap::kTiles};

#if HWY_ARCH_X86_64

// Linux lends a process the 8 KB of tile registers only when it asks.
bool AskForTiles() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

DotInstructions DetectDotInstructions() {
  DotInstructions found;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return found;
  found.has_vnni = (ecx >> 11 & 1) != 0;
  const bool has_tiles = (edx >> 22 & 1) != 0 && (edx >> 24 & 1) != 0;  // AMX-BF16, AMX-TILE
  const bool has_leaf_1 = eax >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0;
  found.has_bf16 = has_leaf_1 && (eax >> 5 & 1) != 0;
  found.has_amx = found.has_bf16 && has_tiles && AskForTiles() && CheckAmx();
  return found;
}

#else

DotInstructions DetectDotInstructions() { return {}; }

#endif

}  // namespace

DotInstructions AvailableDotInstructions() {
  static const DotInstructions found = DetectDotInstructions();
  const DotCap cap = g_dot_cap.load(std::memory_order_relaxed);
#if HWY_ARCH_X86
  const bool has_avx512 = (hwy::SupportedTargets() & (HWY_AVX3 | HWY_AVX3_DL)) != 0;
#else
  const bool has_avx512 = false;
#endif
  if (!has_avx512 || cap == DotCap::kNone) return {};
  DotInstructions allowed = found;
  allowed.has_amx = found.has_amx && cap == DotCap::kTiles;
  return allowed;
}

void HideAmxForTest(bool is_hidden) {
  g_dot_cap.store(is_hidden ? DotCap::kVectors : DotCap::kTiles, std::memory_order_relaxed);
}

std::string SimdName() {
  std::string name = hwy::TargetName(HWY_DYNAMIC_DISPATCH(ThisTarget)());
  const DotInstructions dots = AvailableDotInstructions();
  if (dots.has_vnni) name += "+VNNI";
  if (dots.has_bf16) name += "+BF16";
  if (dots.has_amx) name += "+AMX";
  return name;
}

Status CapSimd(std::string_view cap) {
#if HWY_ARCH_X86
  if (!__builtin_cpu_supports("ssse3")) {
    return FailedPrecondition("this CPU lacks SSSE3, which litetts needs");
  }
#endif
  int64_t best = 0;
  if (cap == "best" || cap == "amx") return OkStatus();
  if (cap == "vnni") {
    g_dot_cap.store(DotCap::kVectors, std::memory_order_relaxed);
    return OkStatus();
  }
  if (cap == "avx3") best = HWY_AVX3;
  if (cap == "avx2") best = HWY_AVX2;
  if (cap == "sse4") best = HWY_SSE4;
  if (cap == "ssse3") best = HWY_SSSE3;
  if (cap == "baseline") best = HWY_STATIC_TARGET;
  if (best == 0) {
    return InvalidArgument(
        "SIMD cap '", cap,
        "' is unknown; use best, amx, vnni, avx3, avx2, sse4, ssse3 or baseline");
  }
  g_dot_cap.store(DotCap::kNone, std::memory_order_relaxed);
  // Without every better target. After DisableTargets() of Highway 1.0 the next SupportedTargets()
  // would make the best of all the one in use again.
  hwy::SetSupportedTargetsForTest(hwy::SupportedTargets() & -best);
  return OkStatus();
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
