#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "kernels/conv.h"
#include "model/layer.h"

namespace litetts::model {

class Binder;

// Half a style row and what all norm layers of that half make of it.
struct Style {
  std::span<const float> values;  // [128]
  std::span<const float> norms;   // gammas and betas of every layer (docs/formats/model-file.md)
};

// What the AdaIN layers of the generator normalise with. Mean and variance are those of the whole
// utterance: a run over all of it measures them on its way; with given ones, any window of the
// utterance can be run alone.
struct UtteranceNorms {
  Style style;
  kernels::ChannelStats stats;  // every normalised channel, in the order of Generator
  bool are_given = false;       // else a run writes them

  kernels::ChannelStats Slice(size_t begin, size_t channels) const {
    return {.mean = stats.mean.subspan(begin, channels),
            .variance = stats.variance.subspan(begin, channels)};
  }
};

// Per-channel y = x * scale + shift.
struct ChannelAffine {
  std::span<float> scale;
  std::span<float> shift;
};

// The style's part of an AdaIN or AdaLayerNorm layer.
class StyleNorm {
 public:
  StyleNorm() = default;
  StyleNorm(Binder& binder, const std::string& name, size_t channels);

  // (1 + gamma, beta): what a normalised channel is multiplied by and moved by. In the caller's
  // scratch.
  ChannelAffine OfStyle(LayerContext& context, const Style& style) const;

  // AdaIN as one affine map of the raw channel: instance norm by `stats` (eps 1e-5), then
  // OfStyle().
  ChannelAffine OfStats(LayerContext& context, const Style& style,
                        const kernels::ChannelStats& stats) const;

 private:
  size_t channels_ = 0;
  size_t begin_ = 0;  // of this layer's gammas in Style::norms
};

}  // namespace litetts::model
