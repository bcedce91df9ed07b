#pragma once

#include <span>

#include "dsp/short_stft.h"
#include "model/layer.h"
#include "model/window.h"

namespace litetts::model {

// The generator's last step (spec section 12): magnitudes exp(x), phases sin(x), inverse transform.
// Louder than the textbook inverse by 1.5, the level of the published model files.
class WaveOutput {
 public:
  // Rows of the spectrum that give the samples of frames [frames.begin, frames.end) of an utterance
  // of `total` frames.
  static RowRange SpectrumRows(RowRange frames, size_t total);

  // spectrum: those rows of the [samples of the utterance / 5 + 1, 22]; samples: of `frames`.
  void Run(LayerContext& context, const Window& spectrum, RowRange frames,
           std::span<float> samples) const;

 private:
  void FillHops(const Window& spectrum, RowRange hops, std::span<float> samples) const;

  dsp::ShortStft stft_;
};

}  // namespace litetts::model
