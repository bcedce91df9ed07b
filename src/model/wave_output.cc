#include "model/wave_output.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace litetts::model {

using dsp::ShortStft;

namespace {

constexpr size_t kBins = ShortStft::kBins;
constexpr size_t kHop = ShortStft::kHop;
constexpr size_t kOverlap = ShortStft::kSize / kHop;
// Frames are centred: output starts half a window, two hops, into the first.
constexpr size_t kFirstHop = ShortStft::kSize / 2 / kHop;
constexpr float kGain = 1.5f;

}  // namespace

void WaveOutput::Run(LayerContext& context, const kernels::Matrix& spectrum,
                     std::span<float> samples) const {
  LITETTS_DCHECK(samples.size() == (spectrum.rows - 1) * kHop);
  ForRowBlocks(context.pool, samples.size() / kHop, 128, [&](size_t begin, size_t end) {
    FillHops(spectrum, begin, end, samples.subspan(begin * kHop, (end - begin) * kHop));
  });
}

// Each hop is the sum of the four frames that cover it, the outermost of which are computed by the
// neighbouring tasks too.
void WaveOutput::FillHops(const kernels::Matrix& spectrum, size_t begin, size_t end,
                          std::span<float> samples) const {
  std::fill(samples.begin(), samples.end(), 0.0f);
  std::array<float, kBins> real;
  std::array<float, kBins> imaginary;
  std::array<float, ShortStft::kSize> y;
  const size_t first_frame = std::max(begin + kFirstHop, kOverlap - 1) - (kOverlap - 1);
  const size_t last_frame = std::min(end + kFirstHop, spectrum.rows);
  for (size_t frame = first_frame; frame < last_frame; ++frame) {
    const float* row = spectrum.Row(frame);
    for (size_t k = 0; k < kBins; ++k) {
      const float magnitude = std::exp(row[k]);
      const float phase = std::sin(row[kBins + k]);
      real[k] = magnitude * std::cos(phase);
      imaginary[k] = magnitude * std::sin(phase);
    }
    stft_.Synthesise(real, imaginary, y);
    for (size_t part = 0; part < kOverlap; ++part) {
      const size_t hop = frame + part;  // counted from the start of the first frame
      if (hop < begin + kFirstHop || hop >= end + kFirstHop) continue;
      float* out = samples.data() + (hop - kFirstHop - begin) * kHop;
      for (size_t j = 0; j < kHop; ++j) out[j] += y[part * kHop + j];
    }
  }
  for (size_t hop = begin; hop < end; ++hop) {
    const auto envelope = stft_.InverseEnvelope(hop + kFirstHop, spectrum.rows);
    float* out = samples.data() + (hop - begin) * kHop;
    for (size_t j = 0; j < kHop; ++j) out[j] *= kGain * envelope[j];
  }
}

}  // namespace litetts::model
