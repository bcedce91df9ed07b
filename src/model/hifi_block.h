#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>

#include "kernels/conv.h"
#include "model/adain.h"
#include "model/layer.h"
#include "model/window.h"

namespace litetts::model {

// The generator's residual block (AdaINResBlock1): three times x +=
// conv(snake(adain(conv(snake(adain(x)))))), the inner convolutions with dilation 1, 3, 5.
class HifiBlock {
 public:
  // Channels whose statistics a block reads, its input's apart.
  static constexpr size_t InnerNormChannels(size_t channels) { return 5 * channels; }

  // Where the statistics of a block's channels begin in UtteranceNorms.
  struct NormSlots {
    size_t input = 0;  // [channels], written by who makes the input
    size_t inner = 0;  // [InnerNormChannels(channels)]
  };

  struct Shape {
    size_t channels = 0;
    size_t kernel = 0;
    NormSlots norms = {};
  };

  HifiBlock() = default;
  HifiBlock(Binder& binder, const std::string& name, const Shape& shape);

  struct Output {
    RowRange rows;
    kernels::Matrix out;      // [rows, channels]
    bool accumulate = false;  // add what `out` holds
    float scale = 1.0f;       // out = (block(x) + accumulated) * scale
  };

  // Rows of the input that Run() needs for `out` rows of an utterance of `total` rows. REQUIRES:
  // `out` begins and ends at multiples of RowStep() or the utterance's end, so that the
  // convolutions cut windows into the same tiles as the whole, and round alike.
  RowRange InputRows(RowRange out, size_t total) const { return PlanRows(out, total)[0].input; }
  size_t RowStep() const { return outer_[0].filter.TileRows(); }

  // Computes rows of the output from a window of x. `stream`, scratch, covers the same rows of the
  // utterance as x; it may be `x` itself, then overwritten, and may hold `output.out` in its place
  // unless that accumulates.
  void Run(LayerContext& context, const UtteranceNorms& norms, const Window& x,
           const Window& stream, const Output& output) const;

 private:
  static constexpr size_t kSteps = 3;
  struct Half {
    StyleNorm norm;
    std::span<const float> alpha;
    Linear conv;
    PreparedFilter filter;  // of conv's weights
    size_t dilation = 1;
    size_t stats = 0;  // where those of its input begin
  };
  struct StepRows {
    RowRange input;
    RowRange middle;
    RowRange output;
  };
  std::array<StepRows, kSteps> PlanRows(RowRange out, size_t total) const;
  kernels::ConvOptions Options(const Half& half, const ChannelAffine& affine) const;

  size_t kernel_ = 0;
  size_t channels_ = 0;
  std::array<Half, kSteps> inner_;
  std::array<Half, kSteps> outer_;
};

}  // namespace litetts::model
