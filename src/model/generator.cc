#include "model/generator.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "kernels/norm.h"
#include "model/binder.h"
#include "model/decoder.h"

namespace litetts::model {

using kernels::Activation;
using kernels::ChannelStats;
using kernels::ConvOptions;
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
    const auto name = [](std::string_view part, size_t index) {
      return "decoder.generator." + std::string(part) + "." + std::to_string(index);
    };
    stage.up = kUp[i];
    stage.channels = kChannels[i];
    stage.reflects = i == 1;
    // The spectrogram's rate is that of stage 1, six times that of stage 0.
    stage.noise_options =
        i == 0 ? ConvOptions{.kernel = 12, .stride = 6, .padding = 3} : ConvOptions{.kernel = 1};
    stage.noise_conv = binder.ConvLayer(name("noise_convs", i), stage.noise_options.kernel,
                                        kSpectrum, stage.channels);
    stage.noise_block =
        HifiBlock(binder, name("noise_res", i), stage.channels, kNoiseBlockKernels[i]);
    stage.up_conv = binder.ConvLayer(name("ups", i), 2, inputs, stage.up * stage.channels);
    stage.up_filter = binder.Prepare(stage.up_conv.weights, 2, true);
    for (size_t j = 0; j < stage.blocks.size(); ++j) {
      stage.blocks[j] = HifiBlock(binder, name("resblocks", i * stage.blocks.size() + j),
                                  stage.channels, kBlockKernels[j]);
    }
    inputs = stage.channels;
  }
}

size_t Generator::ScratchBytes(size_t frames) {
  const size_t rows = 120 * frames + 1 + kUp[1];
  return 4 * rows * kChannels[1] * sizeof(float);  // upsampled, sum, and two inside a block
}

Generator::Upsampled::Upsampled(LayerContext& context, const Stage& stage, size_t input_rows)
    : all(context.NewMatrix(stage.up * (input_rows + 1), stage.channels)) {
  const size_t columns = stage.up * stage.channels;
  grouped = {all.data, input_rows + 1, columns, columns};
  valid = all.Rows(stage.up / 2 - (stage.reflects ? 1 : 0), stage.OutputRows(input_rows));
}

void Generator::Run(LayerContext& context, const Style& style, const Matrix& x, const Matrix& har,
                    const Matrix& out) const {
  const Arena::Scope scope(context.arena);
  const size_t rows0 = stages_[0].OutputRows(x.rows);
  // Stage 1 first: its sum is not needed before stage 0's, which lies in the same memory, is used
  // up.
  const Upsampled upsampled1(context, stages_[1], rows0);
  const Matrix sum1 = context.NewMatrix(stages_[1].OutputRows(rows0), kChannels[1]);
  const Matrix sum0 = {sum1.data, rows0, kChannels[0], kChannels[0]};
  {
    const Arena::Scope stage_scope(context.arena);
    RunStage(context, 0, style, x, har, Upsampled(context, stages_[0], x.rows), sum0);
  }
  RunStage(context, 1, style, sum0, har, upsampled1, sum1);
  const GroupTimer timer(context, LayerGroup::kOutput);
  context.Conv(sum1, post_,
               {.kernel = kPostKernel,
                .padding = kPostKernel / 2,
                .input = {.activation = Activation::kLeakyRelu, .slope = kPostSlope}},
               out);
}

void Generator::RunStage(LayerContext& context, size_t index, const Style& style, const Matrix& x,
                         const Matrix& har, const Upsampled& upsampled, const Matrix& sum) const {
  RunNoiseBranch(context, index, style, har, upsampled);
  context.Observe(kNoiseNames[index], upsampled.valid);
  RunUpsampling(context, index, x, upsampled);
  context.Observe(kUpNames[index], upsampled.valid);
  RunBlocks(context, index, style, upsampled.valid, sum);
  context.Observe(kBlockNames[index], sum);
}

void Generator::RunNoiseBranch(LayerContext& context, size_t index, const Style& style,
                               const Matrix& har, const Upsampled& upsampled) const {
  const GroupTimer timer(context, kNoiseGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  const auto& [grouped, all, valid] = upsampled;
  // Rows outside `valid` are read as residual by the upsampling; their sum is dropped.
  std::fill(all.Row(0), valid.Row(0), 0.0f);
  std::fill(valid.Row(valid.rows), all.Row(all.rows), 0.0f);
  const Matrix noise = context.NewMatrix(valid.rows, stage.channels);
  ChannelStats stats = context.NewStats(stage.channels);
  ConvOptions options = stage.noise_options;
  options.stats = &stats;
  context.Conv(har, stage.noise_conv, options, noise);
  stage.noise_block.Run(context, style, {noise, stats}, noise, {.out = valid});
}

void Generator::RunUpsampling(LayerContext& context, size_t index, const Matrix& x,
                              const Upsampled& upsampled) const {
  const GroupTimer timer(context, kUpGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  ConvOptions options = {.kernel = 2,
                         .padding = 1,
                         .input = {.activation = Activation::kLeakyRelu, .slope = kUpSlope}};
  stage.up_filter.Use(options);
  float* front = upsampled.valid.Row(0);
  const Matrix first = context.NewMatrix(1, upsampled.grouped.columns);
  const std::span<float> noise = context.NewVector(stage.channels);
  if (stage.reflects) {
    context.Conv(x.Rows(0, 1), stage.up_conv, options, first);
    std::copy_n(front, stage.channels, noise.data());
  }
  options.residual = upsampled.grouped;
  context.Conv(x, stage.up_conv, options, upsampled.grouped);
  if (stage.reflects) {
    // The row in front repeats the second upsampled one, which lies up/2 + 1 rows into the output.
    const float* reflected = first.data + (stage.up / 2 + 1) * stage.channels;
    for (size_t c = 0; c < stage.channels; ++c) front[c] = reflected[c] + noise[c];
  }
}

void Generator::RunBlocks(LayerContext& context, size_t index, const Style& style, const Matrix& x,
                          const Matrix& sum) const {
  const GroupTimer timer(context, kBlockGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  ChannelStats stats = context.NewStats(stage.channels);
  kernels::ComputeChannelStats(x, context.pool, context.arena, stats);
  const HifiBlock::Input input = {x, stats};
  const Matrix stream = context.NewMatrix(x.rows, stage.channels);
  stage.blocks[0].Run(context, style, input, sum, {.out = sum});
  stage.blocks[1].Run(context, style, input, stream, {.out = sum, .accumulate = true});
  stage.blocks[2].Run(context, style, input, stream,
                      {.out = sum, .accumulate = true, .scale = 1.0f / 3.0f});
}

}  // namespace litetts::model
