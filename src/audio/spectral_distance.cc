#include "audio/spectral_distance.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <limits>
#include <vector>

#include "base/check.h"
#include "dsp/real_fft.h"
#include "dsp/window.h"

namespace litetts::audio {
namespace {

constexpr size_t kSize = 1024;
constexpr size_t kHop = 256;
constexpr size_t kNumBins = kSize / 2 + 1;
constexpr float kFloorDb = -80.0f;
// Where lengths differ, a frame may match one that is so far from its place in proportion: 0.6 s.
constexpr size_t kMaxShift = 60;

// Power spectra, [frames, kNumBins]; the first frame is centred on the first sample.
std::vector<float> PowerSpectra(std::span<const float> samples) {
  const std::vector<double> window = dsp::PeriodicHann(kSize);
  dsp::RealFft fft(kSize);
  std::vector<float> frame(kSize);
  std::vector<std::complex<float>> bins(kNumBins);
  const size_t num_frames = samples.size() / kHop + 1;
  std::vector<float> power;
  power.reserve(num_frames * kNumBins);
  for (size_t i = 0; i < num_frames; ++i) {
    for (size_t j = 0; j < kSize; ++j) {
      const size_t at = i * kHop + j;  // in samples that begin with half a frame of silence
      const bool is_inside = at >= kSize / 2 && at - kSize / 2 < samples.size();
      frame[j] = is_inside ? samples[at - kSize / 2] * static_cast<float>(window[j]) : 0.0f;
    }
    fft.Forward(frame, bins);
    for (const std::complex<float>& bin : bins) power.push_back(std::norm(bin));
  }
  return power;
}

void ToDecibels(std::span<float> power, float loudest) {
  for (float& value : power) {
    value = std::max(10.0f * std::log10(std::max(value, 1e-30f) / loudest), kFloorDb);
  }
}

double FrameDistance(const float* a, const float* b) {
  float sum = 0.0f;
  for (size_t i = 0; i < kNumBins; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(static_cast<double>(sum) / kNumBins);
}

// Mean distance along the path of least distance in all: each step goes on by a frame in one clip
// or both.
double AlignedDistance(std::span<const float> a, std::span<const float> b) {
  struct Best {
    double sum = std::numeric_limits<double>::infinity();
    size_t num_steps = 0;
  };
  const size_t rows = a.size() / kNumBins;
  const size_t columns = b.size() / kNumBins;
  std::vector<Best> before(columns);
  std::vector<Best> now(columns);
  const size_t shift = std::max(kMaxShift, rows > columns ? rows / columns : columns / rows);
  for (size_t row = 0; row < rows; ++row) {
    std::fill(now.begin(), now.end(), Best{});
    const size_t middle = row * columns / rows;
    const size_t begin = middle > shift ? middle - shift : 0;
    const size_t end = std::min(columns, middle + shift + 1);
    for (size_t column = begin; column < end; ++column) {
      Best best = row == 0 && column == 0 ? Best{.sum = 0.0} : Best{};
      if (row > 0) best = before[column];
      if (column > 0 && now[column - 1].sum < best.sum) best = now[column - 1];
      if (row > 0 && column > 0 && before[column - 1].sum <= best.sum) best = before[column - 1];
      best.sum += FrameDistance(a.data() + row * kNumBins, b.data() + column * kNumBins);
      ++best.num_steps;
      now[column] = best;
    }
    std::swap(before, now);
  }
  const Best& last = before.back();
  return last.sum / static_cast<double>(last.num_steps);
}

}  // namespace

double LogSpectralDistance(std::span<const float> a, std::span<const float> b) {
  LITETTS_CHECK(!a.empty() && !b.empty());
  std::vector<float> one = PowerSpectra(a);
  std::vector<float> other = PowerSpectra(b);
  const float loudest = std::max({*std::max_element(one.begin(), one.end()),
                                  *std::max_element(other.begin(), other.end()), 1e-20f});
  ToDecibels(one, loudest);
  ToDecibels(other, loudest);
  if (a.size() != b.size()) return AlignedDistance(one, other);
  double sum = 0.0;
  for (size_t i = 0; i < one.size(); i += kNumBins) {
    sum += FrameDistance(one.data() + i, other.data() + i);
  }
  return sum / static_cast<double>(one.size() / kNumBins);
}

}  // namespace litetts::audio
