#include "model/generator.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "kernels/norm.h"
#include "model/binder.h"
#include "model/decoder.h"

namespace litetts::model {

using kernels::Activation;
using kernels::ChannelStats;
using kernels::ConstMatrix;
using kernels::Matrix;

namespace {

constexpr size_t kUp[] = {10, 6};
constexpr size_t kChannels[] = {256, 128};
constexpr size_t kBlockKernels[] = {3, 7, 11};
constexpr size_t kNoiseBlockKernels[] = {7, 11};
constexpr float kUpSlope = 0.1f;
constexpr float kPostSlope = 0.01f;
constexpr size_t kPostKernel = 7;

constexpr LayerGroup kNoiseGroups[] = {LayerGroup::kNoiseBranch0, LayerGroup::kNoiseBranch1};
constexpr LayerGroup kUpGroups[] = {LayerGroup::kUpsampling0, LayerGroup::kUpsampling1};
constexpr LayerGroup kBlockGroups[] = {LayerGroup::kBlocks0, LayerGroup::kBlocks1};
constexpr std::string_view kNoiseNames[] = {"noise_res.0", "noise_res.1"};
constexpr std::string_view kUpNames[] = {"ups.0", "ups.1"};
constexpr std::string_view kBlockNames[] = {"stage.0", "stage.1"};

}  // namespace

Generator::Generator(Binder& binder)
    : post_(binder.ConvLayer("decoder.generator.conv_post", kPostKernel, kChannels[1], kSpectrum)) {
  size_t inputs = Decoder::kOutputs;
  for (size_t i = 0; i < stages_.size(); ++i) {
    Stage& stage = stages_[i];
    const auto name = [i](std::string_view part, size_t index) {
      return "decoder.generator." + std::string(part) + "." + std::to_string(index);
    };
    stage.up = kUp[i];
    stage.channels = kChannels[i];
    // The spectrogram's rate is that of stage 1, six times that of stage 0.
    stage.noise_options = i == 0 ? kernels::ConvOptions{.kernel = 12, .stride = 6, .padding = 3}
                                 : kernels::ConvOptions{.kernel = 1};
    stage.noise_conv = binder.ConvLayer(name("noise_convs", i), stage.noise_options.kernel,
                                        kSpectrum, stage.channels);
    stage.noise_block =
        HifiBlock(binder, name("noise_res", i), stage.channels, kNoiseBlockKernels[i], true);
    stage.up_conv = binder.ConvLayer(name("ups", i), 2, inputs, stage.up * stage.channels);
    stage.up_filter = binder.Prepare(stage.up_conv.weights, 2, true);
    for (size_t j = 0; j < stage.blocks.size(); ++j) {
      stage.blocks[j] = HifiBlock(binder, name("resblocks", i * stage.blocks.size() + j),
                                  stage.channels, kBlockKernels[j], false);
    }
    inputs = stage.channels;
  }
}

size_t Generator::ScratchBytes(size_t frames) {
  const size_t rows = 120 * frames + 1 + kUp[1];
  return 4 * rows * kChannels[1] * sizeof(float);  // upsampled, sum, and two inside a block
}

void Generator::Run(LayerContext& context, const Style& style, const ConstMatrix& x,
                    const ConstMatrix& har, const Matrix& out) const {
  const Arena::Scope scope(context.arena);
  // Stage 1 first: its sum is not needed before stage 0's, which lies in the same memory, is used
  // up.
  const size_t rows0 = x.rows * kUp[0];
  const size_t rows1 = rows0 * kUp[1] + 1;
  const Matrix upsampled1 = context.NewMatrix((rows0 + 1) * kUp[1], kChannels[1]);
  const Matrix sum1 = context.NewMatrix(std::max(rows1, 2 * rows0), kChannels[1]).Rows(0, rows1);
  const Matrix sum0 = {sum1.data, rows0, kChannels[0], kChannels[0]};
  {
    const Arena::Scope stage_scope(context.arena);
    const Matrix upsampled0 = context.NewMatrix((x.rows + 1) * kUp[0], kChannels[0]);
    RunStage(context, 0, style, x, har, {upsampled0, upsampled0.Rows(kUp[0] / 2, rows0)}, sum0);
  }
  // One row more than upsampling gives, in front: RunUpsampling() fills it by reflection.
  RunStage(context, 1, style, sum0, har, {upsampled1, upsampled1.Rows(kUp[1] / 2 - 1, rows1)},
           sum1);
  const GroupTimer timer(context, LayerGroup::kOutput);
  context.Conv(sum1, post_,
               {.kernel = kPostKernel,
                .padding = kPostKernel / 2,
                .input = {.activation = Activation::kLeakyRelu, .slope = kPostSlope}},
               out);
}

void Generator::RunStage(LayerContext& context, size_t index, const Style& style,
                         const ConstMatrix& x, const ConstMatrix& har, const Rows& rows,
                         const Matrix& sum) const {
  RunNoiseBranch(context, index, style, har, rows);
  context.Observe(kNoiseNames[index], rows.valid);
  RunUpsampling(context, index, x, rows);
  context.Observe(kUpNames[index], rows.valid);
  RunBlocks(context, index, style, rows.valid, sum);
  context.Observe(kBlockNames[index], sum);
}

void Generator::RunNoiseBranch(LayerContext& context, size_t index, const Style& style,
                               const ConstMatrix& har, const Rows& rows) const {
  const GroupTimer timer(context, kNoiseGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  // Rows outside `valid` are read as residual by the upsampling; their sum is dropped.
  std::fill(rows.all.Row(0), rows.valid.Row(0), 0.0f);
  std::fill(rows.valid.Row(rows.valid.rows), rows.all.Row(rows.all.rows), 0.0f);
  ChannelStats stats = context.NewStats(stage.channels);
  kernels::ConvOptions options = stage.noise_options;
  options.stats = &stats;
  context.Conv(har, stage.noise_conv, options, rows.valid);
  stage.noise_block.Run(context, style, rows.valid, stats, rows.valid, {.out = rows.valid});
}

void Generator::RunUpsampling(LayerContext& context, size_t index, const ConstMatrix& x,
                              const Rows& rows) const {
  const GroupTimer timer(context, kUpGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  const size_t columns = stage.up * stage.channels;
  kernels::ConvOptions options = {
      .kernel = 2,
      .padding = 1,
      .input = {.activation = Activation::kLeakyRelu, .slope = kUpSlope}};
  stage.up_filter.Use(options);
  const bool reflects_first_row = rows.valid.rows % stage.up != 0;
  const Matrix first = context.NewMatrix(1, columns);
  const std::span<float> noise = context.NewVector(stage.channels);
  if (reflects_first_row) {
    context.Conv({x.data, 1, x.columns, x.stride}, stage.up_conv, options, first);
    std::copy_n(rows.valid.Row(0), stage.channels, noise.data());
  }
  const Matrix grouped = {rows.all.data, x.rows + 1, columns, columns};
  options.residual = grouped;
  context.Conv(x, stage.up_conv, options, grouped);
  if (reflects_first_row) {
    // The row in front repeats the second upsampled one, which lies up/2 + 1 rows into the output.
    const float* reflected = first.data + (stage.up / 2 + 1) * stage.channels;
    float* row = rows.valid.Row(0);
    for (size_t c = 0; c < stage.channels; ++c) row[c] = reflected[c] + noise[c];
  }
}

void Generator::RunBlocks(LayerContext& context, size_t index, const Style& style,
                          const ConstMatrix& x, const Matrix& sum) const {
  const GroupTimer timer(context, kBlockGroups[index]);
  const Arena::Scope scope(context.arena);
  const auto& blocks = stages_[index].blocks;
  ChannelStats stats = context.NewStats(x.columns);
  kernels::ComputeChannelStats(x, context.pool, context.arena, stats);
  const Matrix stream = context.NewMatrix(x.rows, x.columns);
  blocks[0].Run(context, style, x, stats, sum, {.out = sum});
  blocks[1].Run(context, style, x, stats, stream, {.out = sum, .accumulate = true});
  blocks[2].Run(context, style, x, stats, stream,
                {.out = sum, .accumulate = true, .scale = 1.0f / 3.0f});
}

}  // namespace litetts::model
