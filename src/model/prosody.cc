#include "model/prosody.h"

#include "kernels/norm.h"
#include "model/binder.h"
#include "model/durations.h"

namespace litetts::model {

using kernels::ChannelStats;
using kernels::ConstMatrix;
using kernels::Matrix;

namespace {

constexpr size_t kNarrow = 256;  // width from the second block on

}  // namespace

Prosody::Branch::Branch(Binder& binder, const std::string& name)
    : blocks{AdainBlock(binder, name + ".0", BiLstm::kOutputs, BiLstm::kOutputs,
                        AdainBlock::Length::kSame),
             AdainBlock(binder, name + ".1", BiLstm::kOutputs, kNarrow,
                        AdainBlock::Length::kDouble),
             AdainBlock(binder, name + ".2", kNarrow, kNarrow, AdainBlock::Length::kSame)},
      projection(binder.ConvLayer(name + "_proj", 1, kNarrow, 1)) {}

void Prosody::Branch::Run(LayerContext& context, const ConstMatrix& shared,
                          const ChannelStats& stats, const Style& style,
                          std::span<float> curve) const {
  const Arena::Scope scope(context.arena);
  const Matrix first = context.NewMatrix(shared.rows, BiLstm::kOutputs);
  const Matrix second = context.NewMatrix(2 * shared.rows, kNarrow);
  const Matrix third = context.NewMatrix(2 * shared.rows, kNarrow);
  ChannelStats first_stats = context.NewStats(BiLstm::kOutputs);
  ChannelStats second_stats = context.NewStats(kNarrow);
  blocks[0].Run(context, style, shared, stats, first, &first_stats);
  blocks[1].Run(context, style, first, first_stats, second, &second_stats);
  blocks[2].Run(context, style, second, second_stats, third, nullptr);
  context.Conv(third, projection, {}, {curve.data(), curve.size(), 1, 1});
}

Prosody::Prosody(Binder& binder)
    : shared_(binder, "predictor.shared", Durations::kFeatures),
      f0_(binder, "predictor.F0"),
      energy_(binder, "predictor.N") {}

void Prosody::Run(LayerContext& context, const ConstMatrix& features,
                  std::span<const int32_t> frame_tokens, const Style& style, std::span<float> f0,
                  std::span<float> energy) const {
  const Arena::Scope scope(context.arena);
  const Matrix shared = context.NewMatrix(frame_tokens.size(), BiLstm::kOutputs);
  ChannelStats stats = context.NewStats(BiLstm::kOutputs);
  shared_.RunRepeated(context, features, frame_tokens, shared);
  context.Observe("shared", shared);
  kernels::ComputeChannelStats(shared, context.pool, context.arena, stats);
  f0_.Run(context, shared, stats, style, f0);
  energy_.Run(context, shared, stats, style, energy);
}

}  // namespace litetts::model
