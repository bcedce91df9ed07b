#include "kernels/fma_peak.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/fma_peak.cc"
#include <algorithm>
#include <cstddef>

#include "base/cpu.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace litetts::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Runs `steps` of ten chains, which hide a latency of four or five cycles at two a cycle. Returns
// the floating-point operations. Different seeds, and a sum returned through the first, keep the
// compiler from joining or dropping chains.
double FmaStepsImpl(size_t steps, float* seeds) {
  const hn::ScalableTag<float> d;
  const auto factor = hn::Set(d, 0.5f);
  auto a = hn::Set(d, seeds[0]);
  auto b = hn::Set(d, seeds[1]);
  auto c = hn::Set(d, seeds[2]);
  auto e = hn::Set(d, seeds[3]);
  auto f = hn::Set(d, seeds[4]);
  auto g = hn::Set(d, seeds[5]);
  auto h = hn::Set(d, seeds[6]);
  auto i = hn::Set(d, seeds[7]);
  auto j = hn::Set(d, seeds[8]);
  auto k = hn::Set(d, seeds[9]);
  for (size_t step = 0; step < steps; ++step) {
    a = hn::MulAdd(a, factor, factor);
    b = hn::MulAdd(b, factor, factor);
    c = hn::MulAdd(c, factor, factor);
    e = hn::MulAdd(e, factor, factor);
    f = hn::MulAdd(f, factor, factor);
    g = hn::MulAdd(g, factor, factor);
    h = hn::MulAdd(h, factor, factor);
    i = hn::MulAdd(i, factor, factor);
    j = hn::MulAdd(j, factor, factor);
    k = hn::MulAdd(k, factor, factor);
  }
  const auto sum = hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)),
                           hn::Add(hn::Add(hn::Add(f, g), hn::Add(h, i)), hn::Add(j, k)));
  seeds[0] = hn::GetLane(sum);
  return 2.0 * 10.0 * static_cast<double>(steps) * static_cast<double>(hn::Lanes(d));
}

}  // namespace HWY_NAMESPACE
}  // namespace litetts::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace litetts::kernels {

HWY_EXPORT(FmaStepsImpl);

double MeasureFmaPeak() {
  constexpr size_t kSteps = 500'000;  // 1 to 2 ms
  constexpr size_t kTries = 10;
  float seeds[10] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f, 1.0f};
  double best = 0.0;
  for (size_t i = 0; i < kTries; ++i) {
    const double start = ThreadCpuSeconds();
    const double flops = HWY_DYNAMIC_DISPATCH(FmaStepsImpl)(kSteps, seeds);
    const double seconds = ThreadCpuSeconds() - start;
    if (seconds > 0.0) best = std::max(best, flops / seconds * 1e-9);
  }
  return best;
}

}  // namespace litetts::kernels
#endif  // HWY_ONCE
