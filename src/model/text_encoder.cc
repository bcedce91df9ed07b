#include "model/text_encoder.h"

#include <string>
#include <utility>

#include "kernels/elementwise.h"
#include "kernels/norm.h"
#include "model/binder.h"
#include "model/vocabulary.h"

namespace litetts::model {

using kernels::Matrix;

namespace {

constexpr size_t kKernel = 5;
constexpr float kSlope = 0.2f;
constexpr float kEpsilon = 1e-5f;

}  // namespace

TextEncoder::TextEncoder(Binder& binder)
    : embedding_(binder.WeightsOf("text_encoder.embedding.weight", {kVocabularySize, kWidth})),
      lstm_(binder, "text_encoder.lstm", kWidth) {
  for (size_t i = 0; i < layers_.size(); ++i) {
    const std::string name = "text_encoder.cnn." + std::to_string(i);
    layers_[i] = {.conv = binder.ConvLayer(name + ".0", kKernel, kWidth, kWidth),
                  .gamma = binder.Floats(name + ".1.gamma", {kWidth}),
                  .beta = binder.Floats(name + ".1.beta", {kWidth})};
  }
}

void TextEncoder::Run(LayerContext& context, std::span<const int32_t> ids,
                      const Matrix& out) const {
  const Arena::Scope scope(context.arena);
  Matrix x = context.NewMatrix(ids.size(), kWidth);
  Matrix y = context.NewMatrix(ids.size(), kWidth);
  for (size_t i = 0; i < ids.size(); ++i) {
    kernels::WidenRow(embedding_, static_cast<size_t>(ids[i]), {x.Row(i), kWidth});
  }
  kernels::InputTransform input;  // the embedding as it is, then leaky ReLU of the last layer
  for (const Layer& layer : layers_) {
    context.Conv(x, layer.conv, {.kernel = kKernel, .padding = kKernel / 2, .input = input}, y);
    kernels::LayerNorm(y, {layer.gamma, layer.beta, kEpsilon}, context.pool, y);
    std::swap(x, y);
    input = {.activation = kernels::Activation::kLeakyRelu, .slope = kSlope};
  }
  kernels::LeakyRelu(x, kSlope, context.pool, x);
  lstm_.Run(context, x, out);
}

}  // namespace litetts::model
