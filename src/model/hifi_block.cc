#include "model/hifi_block.h"

#include "kernels/elementwise.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::ChannelStats;
using kernels::ConstMatrix;
using kernels::ConvOptions;
using kernels::Matrix;

HifiBlock::HifiBlock(Binder& binder, const std::string& name, size_t channels, size_t kernel,
                     bool is_sensitive)
    : kernel_(kernel) {
  const auto make_half = [&](const std::string& group, size_t step, size_t dilation) {
    const std::string suffix = group + "." + std::to_string(step);
    Half half = {.norm = StyleNorm(binder, name + ".adain" + suffix, channels),
                 .alpha = binder.Floats(name + ".alpha" + suffix, {channels}),
                 .conv = binder.ConvLayer(name + ".convs" + suffix, kernel, channels, channels),
                 .filter = {},
                 .dilation = dilation};
    half.filter = binder.Prepare(half.conv.weights, kernel, is_sensitive);
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

void HifiBlock::Run(LayerContext& context, const Style& style, const ConstMatrix& x,
                    const ChannelStats& x_stats, const Matrix& stream, const Output& output) const {
  const Arena::Scope scope(context.arena);
  const Matrix middle = context.NewMatrix(x.rows, x.columns);
  ChannelStats middle_stats = context.NewStats(x.columns);
  ChannelStats stream_stats = context.NewStats(x.columns);
  ConstMatrix input = x;
  ChannelStats input_stats = x_stats;
  for (size_t step = 0; step < kSteps && !context.IsCancelled(); ++step) {
    const Arena::Scope step_scope(context.arena);
    const ChannelAffine inner_affine = inner_[step].norm.OfStats(context, style, input_stats);
    ConvOptions inner = Options(inner_[step], inner_affine);
    inner.stats = &middle_stats;
    context.Conv(input, inner_[step].conv, inner, middle);

    const ChannelAffine outer_affine = outer_[step].norm.OfStats(context, style, middle_stats);
    ConvOptions outer = Options(outer_[step], outer_affine);
    outer.residual = input;
    if (step + 1 == kSteps) {
      if (output.accumulate) kernels::Add(output.out, context.pool, stream);
      outer.output_scale = output.scale;
      context.Conv(middle, outer_[step].conv, outer, output.out);
    } else {
      outer.stats = &stream_stats;
      context.Conv(middle, outer_[step].conv, outer, stream);
      input = stream;
      input_stats = stream_stats;
    }
  }
}

}  // namespace litetts::model
