#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/status.h"
#include "kernels/channel_stats.h"
#include "model/generator.h"
#include "model/layer.h"
#include "model/tensor_file.h"

namespace litetts::model {

// Foretells what AdaIN normalises with in the generator's second stage from what the first stage
// made of the whole utterance, so that the second can run in windows and sound leaves early
// (docs/adr/0007-first-sound.md). A reduced-rank ridge regression on the utterance's mean levels
// and the voice's style, fitted to Kokoro v1.0's 54 voices by tools/train_norms.py; the data is
// part of the program. Immutable, thread-safe.
class NormPredictor {
 public:
  // Of the first stage after its leaky ReLU and of the source's spectrogram: mean and root mean
  // square of each channel; then the acoustic half of the style.
  static constexpr size_t kFeatures =
      2 * (Generator::kFirstChannels + Generator::kSpectrum) + kStyleSize / 2;

  NormPredictor();

  // Whether `model` holds the weights that the regression was fitted to, in whatever precision.
  bool Knows(const TensorFile& model) const;
  // Whether a style is like those that it was fitted to: the voices and what lies between them.
  bool Knows(LayerContext& context, const Style& acoustic) const;

  // first: [20 F, 256]; har: [120 F + 1, 22]; style: the acoustic half; features: [kFeatures].
  static void Describe(Arena& scratch, const kernels::ConstMatrix& first,
                       const kernels::ConstMatrix& har, std::span<const float> style,
                       std::span<float> features);
  // stats: [Generator::kNormChannels].
  void Predict(LayerContext& context, std::span<const float> features,
               const kernels::ChannelStats& stats) const;

 private:
  std::unique_ptr<const TensorFile> file_;
  std::span<const float> centre_;             // [kFeatures]
  std::span<const float> inverse_deviation_;  // [kFeatures]
  Linear hidden_;                             // kFeatures -> kRank
  Linear output_;                             // kRank -> means, logarithms of the deviations
  std::span<const float> style_centre_;       // [128]
  Linear style_whitening_;                    // 128 -> 128
  float largest_distance_ = 0.0f;             // of a known style from the centre, whitened
};

}  // namespace litetts::model
