#pragma once

#include <cstddef>
#include <span>

#include "dsp/short_stft.h"
#include "model/layer.h"

namespace litetts::model {

// The generator's last step (spec section 12): magnitudes exp(x), phases sin(x), inverse transform.
// Louder than the textbook inverse by 1.5, the level of the published model files.
class WaveOutput {
 public:
  // spectrum: [samples / 5 + 1, 22].
  void Run(LayerContext& context, const kernels::Matrix& spectrum, std::span<float> samples) const;

 private:
  // samples: those of hops [begin, end).
  void FillHops(const kernels::Matrix& spectrum, size_t begin, size_t end,
                std::span<float> samples) const;

  dsp::ShortStft stft_;
};

}  // namespace litetts::model
