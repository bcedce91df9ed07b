#include "audio/click_detector.h"

#include <cmath>
#include <vector>

namespace litetts::audio {

size_t CountClicks(std::span<const float> samples) {
  constexpr size_t kReach = 120;  // 5 ms on each side
  constexpr size_t kCore = 3;     // samples that one step touches
  constexpr double kRatio = 12.0;
  constexpr double kSmallest = 0.01;
  if (samples.size() < 2 * kReach + 2) return 0;
  std::vector<double> curve(samples.size());
  std::vector<double> sums(samples.size() + 1);
  for (size_t i = 1; i + 1 < samples.size(); ++i) {
    curve[i] = static_cast<double>(samples[i + 1]) - 2.0 * static_cast<double>(samples[i]) +
               static_cast<double>(samples[i - 1]);
  }
  for (size_t i = 0; i < samples.size(); ++i) sums[i + 1] = sums[i] + curve[i] * curve[i];
  size_t num_clicks = 0;
  size_t last = 0;
  for (size_t i = kReach; i + kReach < samples.size(); ++i) {
    if (std::abs(curve[i]) < kSmallest) continue;
    const double around =
        sums[i + kReach + 1] - sums[i - kReach] - (sums[i + kCore + 1] - sums[i - kCore]);
    const double mean = std::sqrt(around / static_cast<double>(2 * (kReach - kCore)));
    if (std::abs(curve[i]) < kRatio * mean) continue;
    if (num_clicks == 0 || i > last + kReach) ++num_clicks;
    last = i;
  }
  return num_clicks;
}

}  // namespace litetts::audio
