#include "dsp/short_stft.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/check.h"
#include "dsp/window.h"

namespace litetts::dsp {
namespace {

// Index into a signal of `size` samples that is continued by reflection without repeating the
// edges.
size_t Reflect(ptrdiff_t index, size_t size) {
  const auto last = static_cast<ptrdiff_t>(size) - 1;
  if (index < 0) index = -index;
  if (index > last) index = 2 * last - index;
  return static_cast<size_t>(index);
}

}  // namespace

ShortStft::ShortStft() {
  const std::vector<double> window = PeriodicHann(kSize);
  std::copy(window.begin(), window.end(), window_.begin());
  for (size_t bin = 0; bin < kBins; ++bin) {
    // Bins between the edges stand for their mirror images too.
    const double weight = (bin == 0 || bin == kBins - 1 ? 1.0 : 2.0) / kSize;
    for (size_t j = 0; j < kSize; ++j) {
      // Reduced to one turn, so that cos and sin of the edge bins are exact.
      const size_t steps = bin * j % kSize;
      const double angle = 2.0 * std::numbers::pi * static_cast<double>(steps) / kSize;
      const double cosine = 2 * steps == kSize ? -1.0 : std::cos(angle);
      const double sine = 2 * steps % kSize == 0 ? 0.0 : std::sin(angle);
      forward_cosine_[bin][j] = window_[j] * cosine;
      forward_sine_[bin][j] = -window_[j] * sine;
      inverse_cosine_[bin][j] = static_cast<float>(window_[j] * weight * cosine);
      inverse_sine_[bin][j] = static_cast<float>(-window_[j] * weight * sine);
    }
  }
}

void ShortStft::Analyse(std::span<const float> samples, size_t frame, std::span<double> real,
                        std::span<double> imaginary) const {
  LITETTS_DCHECK(samples.size() > kSize / 2 && frame < NumFrames(samples.size()));
  LITETTS_DCHECK(real.size() == kBins && imaginary.size() == kBins);
  std::array<double, kSize> x;
  const ptrdiff_t first = static_cast<ptrdiff_t>(frame * kHop) - static_cast<ptrdiff_t>(kSize / 2);
  if (first >= 0 && static_cast<size_t>(first) + kSize <= samples.size()) {
    for (size_t j = 0; j < kSize; ++j) x[j] = samples[static_cast<size_t>(first) + j];
  } else {
    for (size_t j = 0; j < kSize; ++j) {
      x[j] = samples[Reflect(first + static_cast<ptrdiff_t>(j), samples.size())];
    }
  }
  for (size_t bin = 0; bin < kBins; ++bin) {
    double re = 0.0;
    double im = 0.0;
    for (size_t j = 0; j < kSize; ++j) {
      re += forward_cosine_[bin][j] * x[j];
      im += forward_sine_[bin][j] * x[j];
    }
    real[bin] = re;
    imaginary[bin] = im;
  }
  imaginary[0] = 0.0;
  imaginary[kBins - 1] = 0.0;
}

void ShortStft::Synthesise(std::span<const float> real, std::span<const float> imaginary,
                           std::span<float> out) const {
  LITETTS_DCHECK(real.size() == kBins && imaginary.size() == kBins && out.size() == kSize);
  std::array<float, kSize> y{};
  for (size_t bin = 0; bin < kBins; ++bin) {
    for (size_t j = 0; j < kSize; ++j) {
      y[j] += real[bin] * inverse_cosine_[bin][j] + imaginary[bin] * inverse_sine_[bin][j];
    }
  }
  std::copy(y.begin(), y.end(), out.begin());
}

std::array<float, ShortStft::kHop> ShortStft::InverseEnvelope(size_t hop, size_t num_frames) const {
  constexpr size_t kOverlap = kSize / kHop;
  std::array<double, kHop> sum{};
  for (size_t k = 0; k < kOverlap && k <= hop;
       ++k) {  // frame hop - k covers the hop with its k-th part
    if (hop - k >= num_frames) continue;
    for (size_t j = 0; j < kHop; ++j) {
      const double w = window_[k * kHop + j];
      sum[j] += w * w;
    }
  }
  std::array<float, kHop> inverse{};
  for (size_t j = 0; j < kHop; ++j) {
    if (sum[j] > 0.0) inverse[j] = static_cast<float>(1.0 / sum[j]);
  }
  return inverse;
}

}  // namespace litetts::dsp
