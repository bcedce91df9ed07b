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

constexpr size_t kHopsPerFrame = kSamplesPerFrame / kHop;

// Rows of the spectrum, of `total`, whose windows cover a hop of `hops`.
RowRange RowsUnder(RowRange hops, size_t total) {
  return {std::max(hops.begin + kFirstHop, kOverlap - 1) - (kOverlap - 1),
          std::min(hops.end + kFirstHop, total)};
}

RowRange HopsOf(RowRange frames) {
  return {frames.begin * kHopsPerFrame, frames.end * kHopsPerFrame};
}

}  // namespace

RowRange WaveOutput::SpectrumRows(RowRange frames, size_t total) {
  return RowsUnder(HopsOf(frames), ShortStft::NumFrames(total * kSamplesPerFrame));
}

void WaveOutput::Run(LayerContext& context, const Window& spectrum, RowRange frames,
                     std::span<float> samples) const {
  LITETTS_DCHECK(samples.size() == frames.size() * kSamplesPerFrame);
  const RowRange hops = HopsOf(frames);
  ForRowBlocks(context.pool, hops.size(), 128, [&](size_t begin, size_t end) {
    FillHops(spectrum, {hops.begin + begin, hops.begin + end},
             samples.subspan(begin * kHop, (end - begin) * kHop));
  });
}

// Each hop is the sum of the four frames that cover it, the outermost of which are computed by the
// neighbouring tasks too.
void WaveOutput::FillHops(const Window& spectrum, RowRange hops, std::span<float> samples) const {
  std::fill(samples.begin(), samples.end(), 0.0f);
  const RowRange frames = RowsUnder(hops, spectrum.total);
  std::array<float, kBins> real;
  std::array<float, kBins> imaginary;
  std::array<float, ShortStft::kSize> y;
  for (size_t frame = frames.begin; frame < frames.end; ++frame) {
    const float* row = spectrum.rows.Row(frame - spectrum.begin);
    for (size_t k = 0; k < kBins; ++k) {
      const float magnitude = std::exp(row[k]);
      const float phase = std::sin(row[kBins + k]);
      real[k] = magnitude * std::cos(phase);
      imaginary[k] = magnitude * std::sin(phase);
    }
    stft_.Synthesise(real, imaginary, y);
    for (size_t part = 0; part < kOverlap; ++part) {
      const size_t hop = frame + part;  // counted from the start of the first frame
      if (hop < hops.begin + kFirstHop || hop >= hops.end + kFirstHop) continue;
      float* out = samples.data() + (hop - kFirstHop - hops.begin) * kHop;
      for (size_t j = 0; j < kHop; ++j) out[j] += y[part * kHop + j];
    }
  }
  for (size_t hop = hops.begin; hop < hops.end; ++hop) {
    const auto envelope = stft_.InverseEnvelope(hop + kFirstHop, spectrum.total);
    float* out = samples.data() + (hop - hops.begin) * kHop;
    for (size_t j = 0; j < kHop; ++j) out[j] *= kGain * envelope[j];
  }
}

}  // namespace litetts::model
