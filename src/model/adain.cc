#include "model/adain.h"

#include <cmath>

#include "model/binder.h"

namespace litetts::model {
namespace {

constexpr double kEpsilon = 1e-5;

}  // namespace

StyleNorm::StyleNorm(Binder& binder, const std::string& name, size_t channels)
    : channels_(channels), begin_(binder.StyleColumn(name, 2 * channels)) {}

ChannelAffine StyleNorm::OfStyle(LayerContext& context, const Style& style) const {
  const std::span<const float> gamma = style.norms.subspan(begin_, channels_);
  const std::span<const float> beta = style.norms.subspan(begin_ + channels_, channels_);
  const ChannelAffine affine = {.scale = context.NewVector(channels_),
                                .shift = context.NewVector(channels_)};
  for (size_t c = 0; c < channels_; ++c) {
    affine.scale[c] = 1.0f + gamma[c];
    affine.shift[c] = beta[c];
  }
  return affine;
}

ChannelAffine StyleNorm::OfStats(LayerContext& context, const Style& style,
                                 const kernels::ChannelStats& stats) const {
  const ChannelAffine affine = OfStyle(context, style);
  for (size_t c = 0; c < channels_; ++c) {
    const double scale = affine.scale[c] / std::sqrt(stats.variance[c] + kEpsilon);
    affine.shift[c] = static_cast<float>(affine.shift[c] - stats.mean[c] * scale);
    affine.scale[c] = static_cast<float>(scale);
  }
  return affine;
}

}  // namespace litetts::model
