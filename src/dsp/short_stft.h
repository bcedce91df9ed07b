#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace litetts::dsp {

// The short-time Fourier transform of the vocoder and its inverse: 20 points, hop 5, periodic Hann,
// frames centred on samples 0, 5, 10, ... So short a transform is a 20 x 22 matrix; no FFT would be
// faster. Immutable, thread-safe.
class ShortStft {
 public:
  static constexpr size_t kSize = 20;
  static constexpr size_t kHop = 5;
  static constexpr size_t kBins = kSize / 2 + 1;

  ShortStft();

  // Frames of a signal of `num_samples`, a multiple of the hop.
  static constexpr size_t NumFrames(size_t num_samples) { return num_samples / kHop + 1; }

  // Spectrum of frame `frame`. The signal is continued by reflection at both ends, its edge samples
  // not repeated. The imaginary parts of the first and the last bin are exactly +0. REQUIRES: more
  // than kSize / 2 samples; kBins elements in each output.
  void Analyse(std::span<const float> samples, size_t frame, std::span<double> real,
               std::span<double> imaginary) const;

  // Windowed inverse transform of one frame into `out` [kSize]. The imaginary parts of the first
  // and the last bin do not count.
  void Synthesise(std::span<const float> real, std::span<const float> imaginary,
                  std::span<float> out) const;

  // 1 / (sum of the squared windows of all frames that cover it), for the kHop samples from `hop` *
  // kHop on, counted from the start of the first frame, in a signal of `num_frames` frames. Where
  // no window reaches: 0.
  std::array<float, kHop> InverseEnvelope(size_t hop, size_t num_frames) const;

 private:
  std::array<double, kSize> window_;
  std::array<std::array<double, kSize>, kBins> forward_cosine_;  // window * cos
  std::array<std::array<double, kSize>, kBins> forward_sine_;    // window * -sin
  std::array<std::array<float, kSize>, kBins> inverse_cosine_;
  std::array<std::array<float, kSize>, kBins> inverse_sine_;
};

}  // namespace litetts::dsp
