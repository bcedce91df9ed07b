#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/conv.h"
#include "model/adain_block.h"
#include "model/layer.h"

namespace litetts::model {

// From what is said, pitch and energy to the features that the generator voices (spec section 10).
class Decoder {
 public:
  static constexpr size_t kOutputs = 512;

  struct Input {
    kernels::ConstMatrix text;              // [tokens, 512]
    std::span<const int32_t> frame_tokens;  // the token of each frame
    std::span<const float> f0;              // two values a frame
    std::span<const float> energy;          // two values a frame
    Style style;                            // acoustic half
  };

  Decoder() = default;
  explicit Decoder(Binder& binder);

  // out: [2 * frames, 512].
  void Run(LayerContext& context, const Input& input, const kernels::Matrix& out) const;

 private:
  struct Stage;  // the input of a block and its statistics
  void Encode(LayerContext& context, const Input& input, const kernels::Matrix& out,
              kernels::ChannelStats out_stats) const;
  void FillConstantColumns(LayerContext& context, const Input& input, Stage& first,
                           Stage& second) const;

  AdainBlock encode_;
  std::array<AdainBlock, 4> decode_;
  Linear text_residual_;
  Linear f0_conv_;
  Linear energy_conv_;
};

}  // namespace litetts::model
