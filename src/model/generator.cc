#include "model/generator.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "kernels/norm.h"
#include "model/binder.h"
#include "model/decoder.h"

namespace litetts::model {

using kernels::Activation;
using kernels::ChannelStats;
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

size_t NormChannels(size_t stage) {
  return Generator::kNormChannels / kChannels[1] * kChannels[stage];
}

}  // namespace

Generator::Generator(Binder& binder)
    : post_(binder.ConvLayer("decoder.generator.conv_post", kPostKernel, kChannels[1], kSpectrum)) {
  size_t inputs = Decoder::kOutputs;
  for (size_t i = 0; i < stages_.size(); ++i) {
    size_t slot = 0;
    const auto take_slot = [&slot](size_t size) { return std::exchange(slot, slot + size); };
    Stage& stage = stages_[i];
    const auto name = [](std::string_view part, size_t index) {
      return "decoder.generator." + std::string(part) + "." + std::to_string(index);
    };
    stage.up = kUp[i];
    stage.channels = kChannels[i];
    stage.reflects = i == 1;
    // The spectrogram's rate is that of stage 1, six times that of stage 0.
    stage.noise_options = i == 0 ? kernels::ConvOptions{.kernel = 12, .stride = 6, .padding = 3}
                                 : kernels::ConvOptions{.kernel = 1};
    stage.noise_conv = binder.ConvLayer(name("noise_convs", i), stage.noise_options.kernel,
                                        kSpectrum, stage.channels);
    const size_t inner_norms = HifiBlock::InnerNormChannels(stage.channels);
    stage.noise_slots.input = take_slot(stage.channels);
    stage.noise_slots.inner = take_slot(inner_norms);
    stage.noise_block = HifiBlock(
        binder, name("noise_res", i),
        {.channels = stage.channels, .kernel = kNoiseBlockKernels[i], .norms = stage.noise_slots});
    stage.up_conv = binder.ConvLayer(name("ups", i), 2, inputs, stage.up * stage.channels);
    stage.up_filter = binder.Prepare(stage.up_conv.weights, 2, true);
    stage.input_slot = take_slot(stage.channels);
    for (size_t j = 0; j < stage.blocks.size(); ++j) {
      stage.blocks[j] = HifiBlock(binder, name("resblocks", i * stage.blocks.size() + j),
                                  {.channels = stage.channels,
                                   .kernel = kBlockKernels[j],
                                   .norms = {stage.input_slot, take_slot(inner_norms)}});
    }
    LITETTS_CHECK(slot == NormChannels(i));
    inputs = stage.channels;
  }
}

size_t Generator::ScratchBytes(size_t frames) {
  const size_t rows = 120 * frames + 1 + kUp[1];
  return 4 * rows * kChannels[1] * sizeof(float);  // upsampled, sum, and two inside a block
}

size_t Generator::WindowScratchBytes(size_t frames, size_t window) {
  const size_t first = kFirstRowsPerFrame * frames * kFirstChannels * sizeof(float);
  return first + std::max(3 * first, ScratchBytes(std::min(frames, window + 2)));
}

Generator::StageRows Generator::PlanStage(size_t index, RowRange wanted,
                                          size_t source_total) const {
  const Stage& stage = stages_[index];
  StageRows rows;
  rows.total = stage.up * source_total + (stage.reflects ? 1 : 0);
  rows.output = Widen(wanted, 0, stage.blocks[0].RowStep(), rows.total);
  rows.input = rows.output;
  for (const HifiBlock& block : stage.blocks) {
    rows.input = Union(rows.input, block.InputRows(rows.output, rows.total));
  }
  rows.input = Widen(rows.input, 0, stage.noise_block.RowStep(), rows.total);
  rows.groups = {(rows.input.begin + stage.RowsBefore()) / stage.up,
                 (rows.input.end + stage.RowsBefore() + stage.up - 1) / stage.up};
  rows.source = {rows.groups.begin - std::min<size_t>(rows.groups.begin, 1),
                 std::min(rows.groups.end, source_total)};
  return rows;
}

void Generator::Run(LayerContext& context, const UtteranceNorms& norms, const Matrix& x,
                    const Matrix& har, const Matrix& out) const {
  LITETTS_DCHECK(!norms.are_given);
  const Arena::Scope scope(context.arena);
  const RowRange all = {0, har.rows};
  // The second stage's scratch first: its sum is not needed before the first's, which lies in the
  // same memory, is used up.
  const size_t first_rows = x.rows * kUp[0];
  const SecondStage second = BookSecond(context, all, first_rows, first_rows * kFirstChannels);
  const Matrix first = {second.sum.data, first_rows, kFirstChannels, kFirstChannels};
  RunFirst(context, norms.style, x, har, first);
  RunSecond(context, norms, first, har, second, all, out);
}

void Generator::RunFirst(LayerContext& context, const Style& style, const Matrix& x,
                         const Matrix& har, const Matrix& first) const {
  const Arena::Scope scope(context.arena);
  const StageRows rows = PlanStage(0, {0, first.rows}, x.rows);
  const UtteranceNorms norms = {.style = style, .stats = context.NewStats(NormChannels(0))};
  const Matrix upsampled = context.NewMatrix(rows.groups.size() * kUp[0], kFirstChannels);
  RunStage(context, 0, norms, {x, 0, x.rows}, har, rows, upsampled, {first, 0, first.rows});
}

void Generator::RunWindow(LayerContext& context, const UtteranceNorms& norms, const Matrix& first,
                          const Matrix& har, RowRange rows, const Matrix& out) const {
  LITETTS_DCHECK(norms.are_given);
  const Arena::Scope scope(context.arena);
  const RowRange wanted = Widen(rows, kPostKernel / 2, 1, har.rows);
  const SecondStage second = BookSecond(context, wanted, first.rows, 0);
  RunSecond(context, norms, first, har, second, rows, out);
}

Generator::SecondStage Generator::BookSecond(LayerContext& context, RowRange wanted,
                                             size_t first_rows, size_t least_values) const {
  const StageRows rows = PlanStage(1, wanted, first_rows);
  const size_t sum_rows = std::max(rows.input.size(), least_values / kChannels[1]);
  return {.rows = rows,
          .upsampled = context.NewMatrix(rows.groups.size() * kUp[1], kChannels[1]),
          .sum = context.NewMatrix(sum_rows, kChannels[1])};
}

void Generator::RunSecond(LayerContext& context, const UtteranceNorms& norms, const Matrix& first,
                          const Matrix& har, const SecondStage& second, RowRange wanted,
                          const Matrix& out) const {
  const StageRows& rows = second.rows;
  const Window sum = {second.sum.Rows(0, rows.input.size()), rows.input.begin, rows.total};
  const Window source = {first.Rows(rows.source.begin, rows.source.size()), rows.source.begin,
                         first.rows};
  RunStage(context, 1, norms, source, har, rows, second.upsampled, sum);
  const GroupTimer timer(context, LayerGroup::kOutput);
  ConvWindow(context, sum, post_,
             {.kernel = kPostKernel,
              .padding = kPostKernel / 2,
              .input = {.activation = Activation::kLeakyRelu, .slope = kPostSlope}},
             wanted, out);
}

void Generator::RunStage(LayerContext& context, size_t index, const UtteranceNorms& norms,
                         const Window& x, const Matrix& har, const StageRows& rows,
                         const Matrix& upsampled, const Window& sum) const {
  const Stage& stage = stages_[index];
  const size_t first = rows.input.begin + stage.RowsBefore() - rows.groups.begin * stage.up;
  const Upsampled parts = {upsampled, upsampled.Rows(first, rows.input.size())};
  const Window valid = {parts.valid, rows.input.begin, rows.total};
  // Observers are shown whole stages only.
  const auto observe = [&](std::string_view name, const Matrix& values) {
    if (values.rows == rows.total) context.Observe(name, values);
  };
  RunNoiseBranch(context, index, norms, har, rows, parts);
  observe(kNoiseNames[index], parts.valid);
  RunUpsampling(context, index, x, rows, parts);
  observe(kUpNames[index], parts.valid);
  RunBlocks(context, index, norms, valid, rows, sum);
  observe(kBlockNames[index], sum.Rows(rows.output));
}

void Generator::RunNoiseBranch(LayerContext& context, size_t index, const UtteranceNorms& norms,
                               const Matrix& har, const StageRows& rows,
                               const Upsampled& upsampled) const {
  const GroupTimer timer(context, kNoiseGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  const Matrix& all = upsampled.all;
  const Matrix& valid = upsampled.valid;
  // Rows outside `valid` are read as residual by the upsampling; their sum is dropped.
  std::fill(all.Row(0), valid.Row(0), 0.0f);
  std::fill(valid.Row(valid.rows), all.Row(all.rows), 0.0f);
  const RowRange input_rows = stage.noise_block.InputRows(rows.input, rows.total);
  const Window noise = {context.NewMatrix(input_rows.size(), stage.channels), input_rows.begin,
                        rows.total};
  ChannelStats stats = norms.Slice(stage.noise_slots.input, stage.channels);
  kernels::ConvOptions options = stage.noise_options;
  if (!norms.are_given) options.stats = &stats;
  ConvWindow(context, {har, 0, har.rows}, stage.noise_conv, options, input_rows, noise.rows);
  stage.noise_block.Run(context, norms, noise, noise, {.rows = rows.input, .out = valid});
}

void Generator::RunUpsampling(LayerContext& context, size_t index, const Window& x,
                              const StageRows& rows, const Upsampled& upsampled) const {
  const GroupTimer timer(context, kUpGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  const size_t columns = stage.up * stage.channels;
  kernels::ConvOptions options = {
      .kernel = 2,
      .padding = 1,
      .input = {.activation = Activation::kLeakyRelu, .slope = kUpSlope}};
  stage.up_filter.Use(options);
  float* front = upsampled.valid.Row(0);
  const bool reflects_first_row = stage.reflects && rows.input.begin == 0;
  const Matrix first = context.NewMatrix(1, columns);
  const std::span<float> noise = context.NewVector(stage.channels);
  if (reflects_first_row) {
    context.Conv(x.Rows({0, 1}), stage.up_conv, options, first);
    std::copy_n(front, stage.channels, noise.data());
  }
  const Matrix grouped = {upsampled.all.data, rows.groups.size(), columns, columns};
  options.residual = grouped;
  ConvWindow(context, x, stage.up_conv, options, rows.groups, grouped);
  if (reflects_first_row) {
    // The row in front repeats the second upsampled one, which lies up/2 + 1 rows into the output.
    const float* reflected = first.data + (stage.up / 2 + 1) * stage.channels;
    for (size_t c = 0; c < stage.channels; ++c) front[c] = reflected[c] + noise[c];
  }
}

void Generator::RunBlocks(LayerContext& context, size_t index, const UtteranceNorms& norms,
                          const Window& x, const StageRows& rows, const Window& sum) const {
  const GroupTimer timer(context, kBlockGroups[index]);
  const Arena::Scope scope(context.arena);
  const Stage& stage = stages_[index];
  if (!norms.are_given) {
    kernels::ComputeChannelStats(x.rows, context.pool, context.arena,
                                 norms.Slice(stage.input_slot, stage.channels));
  }
  const Window stream = {context.NewMatrix(x.rows.rows, stage.channels), x.begin, x.total};
  const Matrix out = sum.Rows(rows.output);
  stage.blocks[0].Run(context, norms, x, sum, {.rows = rows.output, .out = out});
  stage.blocks[1].Run(context, norms, x, stream,
                      {.rows = rows.output, .out = out, .accumulate = true});
  stage.blocks[2].Run(context, norms, x, stream,
                      {.rows = rows.output, .out = out, .accumulate = true, .scale = 1.0f / 3.0f});
}

}  // namespace litetts::model
