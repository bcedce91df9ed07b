#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "dsp/short_stft.h"
#include "model/layer.h"

namespace litetts::model {

class Binder;

// The harmonic source (spec section 11): nine sines that follow the pitch, mixed to one wave, and
// its spectrogram. Phases are exact to 1e-12 turns however long the utterance, since they are kept
// in double and reduced.
class HarmonicSource {
 public:
  static constexpr size_t kSamplesPerValue = kSamplesPerFrame / 2;
  static constexpr size_t kSpectrum = 2 * dsp::ShortStft::kBins;

  HarmonicSource() = default;
  explicit HarmonicSource(Binder& binder);

  // f0: two values a frame, Hz; wave: kSamplesPerValue samples each. Noise is a function of the
  // seed and the sample's number alone; without a seed there is none.
  void MakeWave(LayerContext& context, std::span<const float> f0,
                std::optional<uint64_t> noise_seed, std::span<float> wave) const;

  // har: [samples / 5 + 1, 22]: 11 magnitudes, 11 phases in (-pi, pi]. The phase of a magnitude
  // below 1e-6 is 0.
  void MakeSpectrogram(LayerContext& context, std::span<const float> wave,
                       const kernels::Matrix& har) const;

 private:
  static constexpr size_t kHarmonics = 9;
  struct Noise;
  void FillBlock(std::span<const float> f0, size_t block, const double* phases,
                 std::optional<uint64_t> noise_seed, std::span<float> wave) const;

  std::array<float, kHarmonics> mix_{};
  float mix_bias_ = 0.0f;
  dsp::ShortStft stft_;
};

}  // namespace litetts::model
