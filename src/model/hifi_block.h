#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "kernels/conv.h"
#include "model/adain.h"
#include "model/layer.h"

namespace litetts::model {

// The generator's residual block (AdaINResBlock1): three times x +=
// conv(snake(adain(conv(snake(adain(x)))))), the inner convolutions with dilation 1, 3, 5.
class HifiBlock {
 public:
  HifiBlock() = default;
  // `is_sensitive`: not to be computed in int8.
  HifiBlock(Binder& binder, const std::string& name, size_t channels, size_t kernel,
            bool is_sensitive);

  struct Output {
    kernels::Matrix out;
    bool accumulate = false;  // add what `out` holds
    float scale = 1.0f;       // out = (block(x) + accumulated) * scale
  };

  // x: [rows, channels] with its statistics. `stream` [rows, channels] is scratch, which may be `x`
  // itself, then overwritten, or `output.out` unless it accumulates.
  void Run(LayerContext& context, const Style& style, const kernels::ConstMatrix& x,
           const kernels::ChannelStats& x_stats, const kernels::Matrix& stream,
           const Output& output) const;

 private:
  static constexpr size_t kSteps = 3;
  struct Half {
    StyleNorm norm;
    std::span<const float> alpha;
    Linear conv;
    PreparedFilter filter;  // of conv's weights
    size_t dilation = 1;
  };
  kernels::ConvOptions Options(const Half& half, const ChannelAffine& affine) const;

  size_t kernel_ = 0;
  std::array<Half, kSteps> inner_;
  std::array<Half, kSteps> outer_;
};

}  // namespace litetts::model
