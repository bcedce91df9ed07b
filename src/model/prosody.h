#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "model/adain.h"
#include "model/adain_block.h"
#include "model/bilstm.h"
#include "model/layer.h"

namespace litetts::model {

// Pitch and energy, two values a frame (spec section 8).
class Prosody {
 public:
  Prosody() = default;
  explicit Prosody(Binder& binder);

  // features: [tokens, 640] of Durations::Encode; frame_tokens: the token of each frame; f0 (Hz)
  // and energy: two values a frame.
  void Run(LayerContext& context, const kernels::ConstMatrix& features,
           std::span<const int32_t> frame_tokens, const Style& style, std::span<float> f0,
           std::span<float> energy) const;

 private:
  struct Branch {
    Branch() = default;
    Branch(Binder& binder, const std::string& name);
    void Run(LayerContext& context, const kernels::ConstMatrix& shared,
             const kernels::ChannelStats& stats, const Style& style, std::span<float> curve) const;

    std::array<AdainBlock, 3> blocks;
    Linear projection;
  };

  BiLstm shared_;
  Branch f0_;
  Branch energy_;
};

}  // namespace litetts::model
