#include "model/decoder.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "kernels/norm.h"
#include "model/binder.h"
#include "model/text_encoder.h"

namespace litetts::model {

using kernels::ChannelStats;
using kernels::ConstMatrix;
using kernels::Matrix;

namespace {

constexpr size_t kText = TextEncoder::kWidth;
constexpr size_t kHidden = 1024;
constexpr size_t kTextResidual = 64;
constexpr size_t kEncodeInputs = kText + 2;
// A block's input: the last block's output, then what stays the same: reduced text, pitch, energy.
constexpr size_t kConstant = kTextResidual + 2;
constexpr size_t kBlockInputs = kHidden + kConstant;

ChannelStats Slice(const ChannelStats& stats, size_t begin, size_t count) {
  return {.mean = stats.mean.subspan(begin, count),
          .variance = stats.variance.subspan(begin, count)};
}

// A curve of two values a frame, halved into one column.
void HalveCurve(LayerContext& context, std::span<const float> curve, const Linear& conv,
                const Matrix& column) {
  context.Conv({curve.data(), curve.size(), 1, 1}, conv, {.kernel = 3, .stride = 2, .padding = 1},
               column);
}

}  // namespace

struct Decoder::Stage {
  Stage(LayerContext& context, size_t rows)
      : x(context.NewMatrix(rows, kBlockInputs)), stats(context.NewStats(kBlockInputs)) {}
  Matrix Hidden() const { return x.Columns(0, kHidden); }
  Matrix Constant() const { return x.Columns(kHidden, kConstant); }
  ChannelStats HiddenStats() const { return Slice(stats, 0, kHidden); }
  ChannelStats ConstantStats() const { return Slice(stats, kHidden, kConstant); }

  Matrix x;
  ChannelStats stats;
};

Decoder::Decoder(Binder& binder)
    : encode_(binder, "decoder.encode", kEncodeInputs, kHidden, AdainBlock::Length::kSame,
              binder.CarefulFormat()),
      text_residual_(binder.ConvLayer("decoder.asr_res.0", 1, kText, kTextResidual)),
      f0_conv_(binder.ConvLayer("decoder.F0_conv", 3, 1, 1)),
      energy_conv_(binder.ConvLayer("decoder.N_conv", 3, 1, 1)) {
  for (size_t i = 0; i < decode_.size(); ++i) {
    const bool is_last = i + 1 == decode_.size();
    decode_[i] = AdainBlock(
        binder, "decoder.decode." + std::to_string(i), kBlockInputs, is_last ? kOutputs : kHidden,
        is_last ? AdainBlock::Length::kDouble : AdainBlock::Length::kSame, binder.CarefulFormat());
  }
}

void Decoder::Run(LayerContext& context, const Input& input, const Matrix& out) const {
  const Arena::Scope scope(context.arena);
  Stage stage(context, input.frame_tokens.size());
  Stage next(context, input.frame_tokens.size());
  FillConstantColumns(context, input, stage, next);
  Encode(context, input, stage.Hidden(), stage.HiddenStats());
  context.Observe("encode", stage.Hidden());
  static constexpr std::string_view kNames[] = {"decode.0", "decode.1", "decode.2"};
  for (size_t i = 0; i + 1 < decode_.size(); ++i) {
    ChannelStats stats = next.HiddenStats();
    decode_[i].Run(context, input.style, stage.x, stage.stats, next.Hidden(), &stats);
    context.Observe(kNames[i], next.Hidden());
    std::swap(stage, next);
  }
  decode_.back().Run(context, input.style, stage.x, stage.stats, out, nullptr);
}

void Decoder::Encode(LayerContext& context, const Input& input, const Matrix& out,
                     ChannelStats out_stats) const {
  const Arena::Scope scope(context.arena);
  const Matrix x = context.NewMatrix(out.rows, kEncodeInputs);
  GatherRows(context.pool, input.text, input.frame_tokens, x.Columns(0, kText));
  HalveCurve(context, input.f0, f0_conv_, x.Columns(kText, 1));
  HalveCurve(context, input.energy, energy_conv_, x.Columns(kText + 1, 1));
  ChannelStats stats = context.NewStats(kEncodeInputs);
  kernels::ComputeChannelStats(x, context.pool, context.arena, stats);
  encode_.Run(context, input.style, x, stats, out, &out_stats);
}

void Decoder::FillConstantColumns(LayerContext& context, const Input& input, Stage& first,
                                  Stage& second) const {
  const Arena::Scope scope(context.arena);
  // Mixing channels and repeating rows commute: reduce tokens, not frames.
  const Matrix reduced = context.NewMatrix(input.text.rows, kTextResidual);
  context.Conv(input.text, text_residual_, {}, reduced);
  GatherRows(context.pool, reduced, input.frame_tokens, first.Constant().Columns(0, kTextResidual));
  HalveCurve(context, input.f0, f0_conv_, first.Constant().Columns(kTextResidual, 1));
  HalveCurve(context, input.energy, energy_conv_, first.Constant().Columns(kTextResidual + 1, 1));
  for (size_t row = 0; row < first.x.rows; ++row) {
    std::copy_n(first.Constant().Row(row), kConstant, second.Constant().Row(row));
  }
  ChannelStats stats = first.ConstantStats();
  kernels::ComputeChannelStats(first.Constant(), context.pool, context.arena, stats);
  std::copy(stats.mean.begin(), stats.mean.end(), second.ConstantStats().mean.begin());
  std::copy(stats.variance.begin(), stats.variance.end(), second.ConstantStats().variance.begin());
}

}  // namespace litetts::model
