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
  HifiBlock(Binder& binder, const std::string& name, size_t channels, size_t kernel);

  struct Input {
    kernels::Matrix x;            // [rows, channels]
    kernels::ChannelStats stats;  // of x
  };
  struct Output {
    kernels::Matrix out;      // [rows, channels]
    bool accumulate = false;  // add what `out` holds
    float scale = 1.0f;       // out = (block(x) + accumulated) * scale
  };

  // `stream`: scratch, [rows, channels]; it may be `x` itself, then overwritten, or `out`, unless
  // that accumulates.
  void Run(LayerContext& context, const Style& style, const Input& input,
           const kernels::Matrix& stream, const Output& output) const;

 private:
  static constexpr size_t kSteps = 3;
  struct Half {
    StyleNorm norm;
    std::span<const float> alpha;
    Linear conv;
    PreparedFilter filter;  // of conv's weights
    size_t dilation = 1;
  };
  // The half's convolution over the affine map of its input and the Snake.
  kernels::ConvOptions Options(const Half& half, const ChannelAffine& affine) const;

  size_t kernel_ = 0;
  size_t channels_ = 0;
  std::array<Half, kSteps> inner_;
  std::array<Half, kSteps> outer_;
};

}  // namespace litetts::model
