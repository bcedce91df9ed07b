#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "kernels/conv.h"
#include "model/adain.h"
#include "model/layer.h"

namespace litetts::model {

// The residual block of the prosody predictor and the decoder (AdainResBlk1d): two convolutions of
// kernel 3, each behind AdaIN and leaky ReLU, beside a 1x1 shortcut where the width changes;
// optionally twice as long.
class AdainBlock {
 public:
  enum class Length { kSame, kDouble };

  AdainBlock() = default;
  // `rounded`: of all its convolutions, as in Linear.
  AdainBlock(Binder& binder, const std::string& name, size_t inputs, size_t outputs, Length length,
             std::optional<kernels::NarrowFormat> rounded = {});

  size_t outputs() const { return outputs_; }

  // x: [rows, inputs] with its statistics; out: [rows or 2 rows, outputs]; its statistics are
  // written to `out_stats` unless null. `out` must not alias `x`.
  void Run(LayerContext& context, const Style& style, const kernels::ConstMatrix& x,
           const kernels::ChannelStats& x_stats, const kernels::Matrix& out,
           kernels::ChannelStats* out_stats) const;

 private:
  // The depthwise transposed convolution that doubles the length of leaky_relu(affine(x)).
  void Pool(LayerContext& context, const kernels::ConstMatrix& x, const ChannelAffine& affine,
            const kernels::Matrix& out) const;
  // Puts the shortcut where conv2 adds it and returns that place.
  kernels::ConstMatrix Shortcut(LayerContext& context, const kernels::ConstMatrix& x,
                                const kernels::Matrix& out) const;

  size_t outputs_ = 0;
  Length length_ = Length::kSame;
  StyleNorm norm1_;
  StyleNorm norm2_;
  Linear conv1_;
  Linear conv2_;
  Linear shortcut_;                   // no weights: the identity
  std::span<const float> pool_taps_;  // [3, inputs]
  std::span<const float> pool_bias_;
};

}  // namespace litetts::model
