#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

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

  // x: [2 F, 512]; har: [120 F + 1, 22]; out: [120 F + 1, 22], may be the memory of `har`.
  void Run(LayerContext& context, const Style& style, const kernels::ConstMatrix& x,
           const kernels::ConstMatrix& har, const kernels::Matrix& out) const;

  // Bytes of scratch that Run() takes for `frames`, without the convolutions' own small change.
  static size_t ScratchBytes(size_t frames);

 private:
  struct Stage {
    size_t up = 0;        // times longer
    size_t channels = 0;  // afterwards
    Linear noise_conv;
    kernels::ConvOptions noise_options;  // kernel, stride and padding of noise_conv
    HifiBlock noise_block;
    // A transposed convolution with kernel 2 * up, as a plain one of kernel 2 with up * channels
    // columns.
    Linear up_conv;
    PreparedFilter up_filter;  // of up_conv's weights
    std::array<HifiBlock, 3> blocks;
  };
  // Where a stage's rows lie in the upsampling's output, which is up/2 rows longer at both ends.
  struct Rows {
    kernels::Matrix all;    // [rows of x + 1, up * channels]
    kernels::Matrix valid;  // [rows, channels] inside
  };

  void RunNoiseBranch(LayerContext& context, size_t index, const Style& style,
                      const kernels::ConstMatrix& har, const Rows& rows) const;
  void RunUpsampling(LayerContext& context, size_t index, const kernels::ConstMatrix& x,
                     const Rows& rows) const;
  void RunBlocks(LayerContext& context, size_t index, const Style& style,
                 const kernels::ConstMatrix& x, const kernels::Matrix& sum) const;
  void RunStage(LayerContext& context, size_t index, const Style& style,
                const kernels::ConstMatrix& x, const kernels::ConstMatrix& har, const Rows& rows,
                const kernels::Matrix& sum) const;

  std::array<Stage, 2> stages_;
  Linear post_;
};

}  // namespace litetts::model
