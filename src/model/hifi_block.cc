#include "model/hifi_block.h"

#include "kernels/elementwise.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::ChannelStats;
using kernels::ConstMatrix;
using kernels::ConvOptions;
using kernels::Matrix;

HifiBlock::HifiBlock(Binder& binder, const std::string& name, const Shape& shape)
    : kernel_(shape.kernel), channels_(shape.channels) {
  const auto make_half = [&](const std::string& group, size_t step, size_t dilation, size_t stats) {
    const std::string suffix = group + "." + std::to_string(step);
    Half half = {.norm = StyleNorm(binder, name + ".adain" + suffix, channels_),
                 .alpha = binder.Floats(name + ".alpha" + suffix, {channels_}),
                 .conv = binder.ConvLayer(name + ".convs" + suffix, kernel_, channels_, channels_),
                 .filter = {},
                 .dilation = dilation,
                 .stats = stats};
    half.filter = binder.Prepare(half.conv.weights, kernel_, /*is_sensitive=*/false);
    return half;
  };
  for (size_t step = 0; step < kSteps; ++step) {
    const NormSlots& slots = shape.norms;
    const size_t inner = step == 0 ? slots.input : slots.inner + (2 * step - 1) * channels_;
    inner_[step] = make_half("1", step, 1 + 2 * step, inner);
    outer_[step] = make_half("2", step, 1, slots.inner + 2 * step * channels_);
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

std::array<HifiBlock::StepRows, HifiBlock::kSteps> HifiBlock::PlanRows(RowRange out,
                                                                       size_t total) const {
  std::array<StepRows, kSteps> plan;
  for (size_t step = kSteps; step-- > 0;) {
    const size_t dilation = inner_[step].dilation;
    const size_t reach = inner_[step].filter.ReadTaps(kernel_) / 2;
    StepRows& rows = plan[step];
    rows.output = out;
    rows.middle = Widen(out, reach, dilation * RowStep(), total);
    rows.input = Widen(rows.middle, dilation * reach, RowStep(), total);
    out = rows.input;
  }
  return plan;
}

void HifiBlock::Run(LayerContext& context, const UtteranceNorms& norms, const Window& x,
                    const Window& stream, const Output& output) const {
  const Arena::Scope scope(context.arena);
  const std::array<StepRows, kSteps> plan = PlanRows(output.rows, x.total);
  const Matrix middle = context.NewMatrix(plan[0].middle.size(), channels_);
  const auto stats_of = [&](const Half& half) { return norms.Slice(half.stats, channels_); };
  Window input = x;
  for (size_t step = 0; step < kSteps && !context.IsCancelled(); ++step) {
    const Arena::Scope step_scope(context.arena);
    const StepRows& rows = plan[step];
    const Window inside = {middle.Rows(0, rows.middle.size()), rows.middle.begin, x.total};
    ChannelStats middle_stats = stats_of(outer_[step]);
    const ChannelAffine inner_affine =
        inner_[step].norm.OfStats(context, norms.style, stats_of(inner_[step]));
    ConvOptions inner = Options(inner_[step], inner_affine);
    if (!norms.are_given) inner.stats = &middle_stats;
    ConvWindow(context, input, inner_[step].conv, inner, rows.middle, inside.rows);

    const ChannelAffine outer_affine =
        outer_[step].norm.OfStats(context, norms.style, middle_stats);
    ConvOptions outer = Options(outer_[step], outer_affine);
    outer.residual = input.Rows(rows.output);
    if (step + 1 == kSteps) {
      if (output.accumulate) kernels::Add(output.out, context.pool, stream.Rows(rows.output));
      outer.output_scale = output.scale;
      ConvWindow(context, inside, outer_[step].conv, outer, rows.output, output.out);
    } else {
      ChannelStats stream_stats = stats_of(inner_[step + 1]);
      if (!norms.are_given) outer.stats = &stream_stats;
      ConvWindow(context, inside, outer_[step].conv, outer, rows.output, stream.Rows(rows.output));
      input = stream;
    }
  }
}

}  // namespace litetts::model
