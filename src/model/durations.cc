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
  for (size_t i = 0; i < frames.size(); ++i) {
    // The default rounding mode takes halves to even, like the reference.
    durations[i] = std::max(1, static_cast<int32_t>(std::nearbyint(frames[i] / speed)));
  }
}

}  // namespace litetts::model
