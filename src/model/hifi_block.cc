#include "model/hifi_block.h"

#include "kernels/elementwise.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::ChannelStats;
using kernels::ConvOptions;
using kernels::Matrix;

HifiBlock::HifiBlock(Binder& binder, const std::string& name, size_t channels, size_t kernel)
    : kernel_(kernel), channels_(channels) {
  const auto make_half = [&](const std::string& group, size_t step, size_t dilation) {
    const std::string suffix = group + "." + std::to_string(step);
    Half half = {.norm = StyleNorm(binder, name + ".adain" + suffix, channels_),
                 .alpha = binder.Floats(name + ".alpha" + suffix, {channels_}),
                 .conv = binder.ConvLayer(name + ".convs" + suffix, kernel_, channels_, channels_),
                 .filter = {},
                 .dilation = dilation};
    half.filter = binder.Prepare(half.conv.weights, kernel_, /*is_sensitive=*/false);
    return half;
  };
  for (size_t step = 0; step < kSteps; ++step) {
    inner_[step] = make_half("1", step, 1 + 2 * step);
    outer_[step] = make_half("2", step, 1);
  }
}

ConvOptions HifiBlock::Options(const Half& half, const ChannelAffine& affine) const {
  ConvOptions options = {
      .kernel = kernel_,
      .dilation = half.dilation,
      .padding = half.dilation * (kernel_ - 1) / 2,
      .input = {.scale = affine.scale,
                .shift = affine.shift,
                .activation = kernels::Activation::kSnake,
                .alpha = half.alpha},
  };
  half.filter.Use(options);
  return options;
}

void HifiBlock::Run(LayerContext& context, const Style& style, const Input& input,
                    const Matrix& stream, const Output& output) const {
  const Arena::Scope scope(context.arena);
  const Matrix middle = context.NewMatrix(input.x.rows, channels_);
  ChannelStats middle_stats = context.NewStats(channels_);
  ChannelStats stream_stats = context.NewStats(channels_);
  Matrix x = input.x;
  ChannelStats x_stats = input.stats;
  for (size_t step = 0; step < kSteps && !context.IsCancelled(); ++step) {
    const Arena::Scope step_scope(context.arena);
    ConvOptions inner = Options(inner_[step], inner_[step].norm.OfStats(context, style, x_stats));
    inner.stats = &middle_stats;
    context.Conv(x, inner_[step].conv, inner, middle);

    ConvOptions outer =
        Options(outer_[step], outer_[step].norm.OfStats(context, style, middle_stats));
    outer.residual = x;
    if (step + 1 < kSteps) {
      outer.stats = &stream_stats;
      context.Conv(middle, outer_[step].conv, outer, stream);
      x = stream;
      x_stats = stream_stats;
    } else {
      if (output.accumulate) kernels::Add(output.out, context.pool, x);
      outer.output_scale = output.scale;
      context.Conv(middle, outer_[step].conv, outer, output.out);
    }
  }
}

}  // namespace litetts::model
