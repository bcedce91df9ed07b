#pragma once

#include <array>
#include <cstddef>

#include "kernels/conv.h"
#include "model/adain.h"
#include "model/hifi_block.h"
#include "model/layer.h"

namespace litetts::model {

// Voices the decoder's features with the harmonic source (spec section 12, up to conv_post): two
// stages that upsample by 10 and by 6, each followed by the mean of three residual blocks.
class Generator {
 public:
  static constexpr size_t kSpectrum = 22;  // 11 log magnitudes, 11 phases before the sine

  Generator() = default;
  explicit Generator(Binder& binder);

  // x: [2 F, 512]; har: [120 F + 1, 22]; out: [120 F + 1, 22], may be `har`.
  void Run(LayerContext& context, const Style& style, const kernels::Matrix& x,
           const kernels::Matrix& har, const kernels::Matrix& out) const;

  // Bytes of scratch that Run() takes for F frames, without the convolutions' own small change.
  static size_t ScratchBytes(size_t frames);

 private:
  struct Stage {
    size_t up = 0;          // times longer
    size_t channels = 0;    // afterwards
    bool reflects = false;  // one row more than upsampling gives, in front, filled by reflection
    Linear noise_conv;
    kernels::ConvOptions noise_options;  // kernel, stride and padding of noise_conv
    HifiBlock noise_block;
    // A transposed convolution with kernel 2 * up, as a plain one of kernel 2 with up * channels
    // columns. It gives half of `up` rows more at both ends.
    Linear up_conv;
    PreparedFilter up_filter;  // of up_conv's weights
    std::array<HifiBlock, 3> blocks;

    // Rows that come out for `rows` that go in.
    size_t OutputRows(size_t rows) const { return up * rows + (reflects ? 1 : 0); }
  };
  // The output of an up_conv, and in it the rows that belong to the stage.
  struct Upsampled {
    Upsampled(LayerContext& context, const Stage& stage, size_t input_rows);
    kernels::Matrix grouped;  // [input rows + 1, up * channels]
    kernels::Matrix all;      // the same, [up * (input rows + 1), channels]
    kernels::Matrix valid;    // [OutputRows(input rows), channels]
  };

  // Each runs stages_[index].
  void RunStage(LayerContext& context, size_t index, const Style& style, const kernels::Matrix& x,
                const kernels::Matrix& har, const Upsampled& upsampled,
                const kernels::Matrix& sum) const;
  void RunNoiseBranch(LayerContext& context, size_t index, const Style& style,
                      const kernels::Matrix& har, const Upsampled& upsampled) const;
  void RunUpsampling(LayerContext& context, size_t index, const kernels::Matrix& x,
                     const Upsampled& upsampled) const;
  void RunBlocks(LayerContext& context, size_t index, const Style& style, const kernels::Matrix& x,
                 const kernels::Matrix& sum) const;

  std::array<Stage, 2> stages_;
  Linear post_;
};

}  // namespace litetts::model
