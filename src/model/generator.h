#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "kernels/conv.h"
#include "model/adain.h"
#include "model/hifi_block.h"
#include "model/layer.h"
#include "model/window.h"

namespace litetts::model {

// Voices the decoder's features with the harmonic source (spec section 12, up to conv_post): two
// stages that upsample by 10 and by 6, each followed by the mean of three residual blocks. With
// given norms every row of the second stage depends on its neighbourhood alone, so that it can be
// run in windows, which give the bits of the whole.
class Generator {
 public:
  static constexpr size_t kSpectrum = 22;  // 11 log magnitudes, 11 phases before the sine
  static constexpr size_t kFirstChannels = 256;
  static constexpr size_t kFirstRowsPerFrame = 20;
  // Channels that AdaIN normalises in the second stage: six layers of the noise branch, the blocks'
  // common input, five layers of each block, of 128 each.
  static constexpr size_t kNormChannels = 128 * (6 + 1 + 3 * 5);

  Generator() = default;
  explicit Generator(Binder& binder);

  // Both stages over the whole utterance, measuring `norms` on the way. x: [2 F, 512]; har:
  // [120 F + 1, 22]; out: [120 F + 1, 22], may be `har`.
  void Run(LayerContext& context, const UtteranceNorms& norms, const kernels::Matrix& x,
           const kernels::Matrix& har, const kernels::Matrix& out) const;

  // The first stage alone. first: [20 F, 256].
  void RunFirst(LayerContext& context, const Style& style, const kernels::Matrix& x,
                const kernels::Matrix& har, const kernels::Matrix& first) const;
  // Rows of the output from what the first stage made. out: [rows, 22]. REQUIRES: norms.are_given.
  void RunWindow(LayerContext& context, const UtteranceNorms& norms, const kernels::Matrix& first,
                 const kernels::Matrix& har, RowRange rows, const kernels::Matrix& out) const;

  // Bytes of scratch that Run() takes for F frames, and those that RunFirst() and then RunWindow()
  // for up to `window` of them take, without the convolutions' own small change.
  static size_t ScratchBytes(size_t frames);
  static size_t WindowScratchBytes(size_t frames, size_t window);

 private:
  struct Stage {
    size_t up = 0;          // times longer
    size_t channels = 0;    // afterwards
    bool reflects = false;  // one row more than upsampling gives, in front, filled by reflection
    Linear noise_conv;
    kernels::ConvOptions noise_options;  // kernel, stride and padding of noise_conv
    HifiBlock noise_block;
    // A transposed convolution with kernel 2 * up, as a plain one of kernel 2 with up * channels
    // columns.
    Linear up_conv;
    PreparedFilter up_filter;  // of up_conv's weights
    std::array<HifiBlock, 3> blocks;
    HifiBlock::NormSlots noise_slots;
    size_t input_slot = 0;  // of the blocks' common input

    // Rows by which the first of `up_conv`'s comes before the first of the stage.
    size_t RowsBefore() const { return up / 2 - (reflects ? 1 : 0); }
  };
  // What a stage computes of its rows for those wanted.
  struct StageRows {
    size_t total;
    RowRange output;  // of the blocks
    RowRange input;   // of the blocks
    RowRange groups;  // rows of up_conv, which give `up` rows each
    RowRange source;  // rows that the upsampling reads
  };
  // The output of the upsampling, and in it the rows that are the blocks' input.
  struct Upsampled {
    kernels::Matrix all;    // [up * groups, channels]
    kernels::Matrix valid;  // [input, channels]
  };
  // The second stage's rows and scratch.
  struct SecondStage {
    StageRows rows;
    kernels::Matrix upsampled;  // [up * groups, channels]
    kernels::Matrix sum;        // [input, channels] or more
  };

  StageRows PlanStage(size_t index, RowRange wanted, size_t source_total) const;
  void RunNoiseBranch(LayerContext& context, size_t index, const UtteranceNorms& norms,
                      const kernels::Matrix& har, const StageRows& rows,
                      const Upsampled& upsampled) const;
  void RunUpsampling(LayerContext& context, size_t index, const Window& x, const StageRows& rows,
                     const Upsampled& upsampled) const;
  void RunBlocks(LayerContext& context, size_t index, const UtteranceNorms& norms, const Window& x,
                 const StageRows& rows, const Window& sum) const;
  // For rows `wanted` of the output; `sum` has room for as many values as the first stage gives.
  SecondStage BookSecond(LayerContext& context, RowRange wanted, size_t first_rows,
                         size_t least_values) const;
  void RunSecond(LayerContext& context, const UtteranceNorms& norms, const kernels::Matrix& first,
                 const kernels::Matrix& har, const SecondStage& second, RowRange wanted,
                 const kernels::Matrix& out) const;
  // `sum` covers rows.input; its rows.output are written.
  void RunStage(LayerContext& context, size_t index, const UtteranceNorms& norms, const Window& x,
                const kernels::Matrix& har, const StageRows& rows, const kernels::Matrix& upsampled,
                const Window& sum) const;

  std::array<Stage, 2> stages_;
  Linear post_;
};

}  // namespace litetts::model
