#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/adain.h"
#include "model/bilstm.h"
#include "model/kokoro.h"
#include "model/layer.h"

namespace litetts::model {

// How long each token lasts (spec section 7): the duration encoder, whose features the prosody
// predictor reads too, and the head that counts frames.
class Durations {
 public:
  // Width of a feature row: 512 channels, then the prosodic style.
  static constexpr size_t kFeatures = 512 + kStyleSize / 2;

  Durations() = default;
  explicit Durations(Binder& binder);

  // text: [tokens, 512]; features: [tokens, 640].
  void Encode(LayerContext& context, const kernels::ConstMatrix& text, const Style& style,
              const kernels::Matrix& features) const;

  // Frames per token at speed 1, before rounding.
  void Predict(LayerContext& context, const kernels::ConstMatrix& features,
               std::span<float> frames) const;

  // Frames at `speed`: rounded, halves to even, at least 1.
  static void Round(std::span<const float> frames, float speed, std::span<int32_t> durations);
  // The same at that speed near `speed` (0.5 to 2 times) which brings the sum nearest to 1 / speed
  // of the sum at speed 1, with the pads of `rate` in it; a pad that is not lasts as at speed 1.
  // REQUIRES: both pads among the tokens.
  static void RoundToRate(std::span<const float> frames, float speed, WholeRate rate,
                          std::span<int32_t> durations);

 private:
  struct Layer {
    BiLstm lstm;
    StyleNorm norm;
  };
  std::array<Layer, 3> layers_;
  BiLstm head_lstm_;
  Linear head_;
};

}  // namespace litetts::model
