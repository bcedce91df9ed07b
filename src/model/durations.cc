#include "model/durations.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/norm.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::ConstMatrix;
using kernels::Matrix;

namespace {

constexpr float kEpsilon = 1e-5f;
constexpr size_t kMaxFramesPerToken = 50;

int32_t RoundOne(float frames, float speed) {
  // The default rounding mode takes halves to even, like the reference.
  return std::max(1, static_cast<int32_t>(std::nearbyint(frames / speed)));
}

double Total(std::span<const float> frames, float speed) {
  int64_t total = 0;
  for (const float each : frames) total += RoundOne(each, speed);
  return static_cast<double>(total);
}

}  // namespace

Durations::Durations(Binder& binder)
    : head_lstm_(binder, "predictor.lstm", kFeatures),
      head_(binder.LinearLayer("predictor.duration_proj.linear_layer", BiLstm::kOutputs,
                               kMaxFramesPerToken)) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    const std::string prefix = "predictor.text_encoder.lstms.";
    layers_[i].lstm = BiLstm(binder, prefix + std::to_string(2 * i), kFeatures);
    layers_[i].norm = StyleNorm(binder, prefix + std::to_string(2 * i + 1), BiLstm::kOutputs);
  }
}

void Durations::Encode(LayerContext& context, const ConstMatrix& text, const Style& style,
                       const Matrix& features) const {
  const Matrix channels = features.Columns(0, BiLstm::kOutputs);
  for (size_t row = 0; row < text.rows; ++row) {
    std::copy_n(text.Row(row), text.columns, channels.Row(row));
  }
  RepeatRow(style.values, features.Columns(BiLstm::kOutputs, style.values.size()));
  for (const Layer& layer : layers_) {
    const Arena::Scope scope(context.arena);
    const Matrix hidden = context.NewMatrix(text.rows, BiLstm::kOutputs);
    layer.lstm.Run(context, features, hidden);
    const ChannelAffine affine = layer.norm.OfStyle(context, style);
    kernels::LayerNorm(hidden, {affine.scale, affine.shift, kEpsilon}, context.pool, channels);
  }
}

void Durations::Predict(LayerContext& context, const ConstMatrix& features,
                        std::span<float> frames) const {
  const Arena::Scope scope(context.arena);
  const Matrix hidden = context.NewMatrix(features.rows, BiLstm::kOutputs);
  head_lstm_.Run(context, features, hidden);
  const Matrix logits = context.NewMatrix(features.rows, kMaxFramesPerToken);
  context.Conv(hidden, head_, {}, logits);
  for (size_t row = 0; row < frames.size(); ++row) {
    double sum = 0.0;
    for (size_t c = 0; c < kMaxFramesPerToken; ++c) {
      sum += 1.0 / (1.0 + std::exp(-static_cast<double>(logits.Row(row)[c])));
    }
    frames[row] = static_cast<float>(sum);
  }
}

void Durations::Round(std::span<const float> frames, float speed, std::span<int32_t> durations) {
  for (size_t i = 0; i < frames.size(); ++i) durations[i] = RoundOne(frames[i], speed);
}

void Durations::RoundToRate(std::span<const float> frames, float speed, WholeRate rate,
                            std::span<int32_t> durations) {
  if (speed == 1.0f) return Round(frames, speed, durations);
  Round(frames, 1.0f, durations);
  const size_t begin = rate.with_start ? 0 : 1;
  const size_t count = frames.size() - begin - (rate.with_end ? 0 : 1);
  frames = frames.subspan(begin, count);
  durations = durations.subspan(begin, count);
  const double wanted = Total(frames, 1.0f) / static_cast<double>(speed);
  // The sum never rises with the speed.
  float slow = 0.5f * speed;
  float fast = 2.0f * speed;
  constexpr int kRounds = 20;  // to a millionth
  for (int round = 0; round < kRounds; ++round) {
    const float middle = 0.5f * (slow + fast);
    (Total(frames, middle) > wanted ? slow : fast) = middle;
  }
  const bool is_fast_nearer =
      std::abs(Total(frames, fast) - wanted) <= std::abs(Total(frames, slow) - wanted);
  Round(frames, is_fast_nearer ? fast : slow, durations);
}

}  // namespace litetts::model
