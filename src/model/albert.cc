#include "model/albert.h"

#include <string>

#include "kernels/attention.h"
#include "kernels/elementwise.h"
#include "kernels/norm.h"
#include "model/binder.h"
#include "model/vocabulary.h"

namespace litetts::model {

using kernels::Matrix;

namespace {

constexpr size_t kEmbedding = 128;
constexpr size_t kFeedForward = 2048;
constexpr size_t kHeads = 12;
constexpr size_t kLayers = 12;
constexpr float kEpsilon = 1e-12f;

}  // namespace

Albert::Albert(Binder& binder) {
  const auto norm = [&binder](const std::string& name, size_t width) {
    return LayerNorm{.weight = binder.Floats(name + ".weight", {width}),
                     .bias = binder.Floats(name + ".bias", {width})};
  };
  const std::string embeddings = "bert.embeddings.";
  words_ = binder.WeightsOf(embeddings + "word_embeddings.weight", {kVocabularySize, kEmbedding});
  positions_ =
      binder.WeightsOf(embeddings + "position_embeddings.weight", {kMaxTokens + 2, kEmbedding});
  token_types_ = binder.WeightsOf(embeddings + "token_type_embeddings.weight", {2, kEmbedding});
  embedding_norm_ = norm(embeddings + "LayerNorm", kEmbedding);
  embedding_to_hidden_ =
      binder.LinearLayer("bert.encoder.embedding_hidden_mapping_in", kEmbedding, kWidth);

  const std::string layer = "bert.layer.";
  query_key_value_ = binder.LinearLayer(layer + "attention.query_key_value", kWidth, 3 * kWidth);
  dense_ = binder.LinearLayer(layer + "attention.dense", kWidth, kWidth);
  attention_norm_ = norm(layer + "attention.LayerNorm", kWidth);
  ffn_ = binder.LinearLayer(layer + "ffn", kWidth, kFeedForward);
  ffn_output_ = binder.LinearLayer(layer + "ffn_output", kFeedForward, kWidth);
  output_norm_ = norm(layer + "full_layer_layer_norm", kWidth);
}

void Albert::Run(LayerContext& context, std::span<const int32_t> ids, const Matrix& out) const {
  const Arena::Scope scope(context.arena);
  const Matrix embedded = context.NewMatrix(ids.size(), kEmbedding);
  Embed(context, ids, embedded);
  context.Conv(embedded, embedding_to_hidden_, {}, out);
  for (size_t layer = 0; layer < kLayers && !context.IsCancelled(); ++layer) Layer(context, out);
}

void Albert::Embed(LayerContext& context, std::span<const int32_t> ids, const Matrix& out) const {
  const std::span<float> row = context.NewVector(kEmbedding);
  const std::span<float> type = context.NewVector(kEmbedding);
  kernels::WidenRow(token_types_, 0, type);
  for (size_t i = 0; i < ids.size(); ++i) {
    const std::span<float> sum(out.Row(i), kEmbedding);
    kernels::WidenRow(words_, static_cast<size_t>(ids[i]), sum);
    kernels::WidenRow(positions_, i, row);
    for (size_t c = 0; c < kEmbedding; ++c) sum[c] += row[c] + type[c];
  }
  kernels::LayerNorm(out, {embedding_norm_.weight, embedding_norm_.bias, kEpsilon}, context.pool,
                     out);
}

void Albert::Layer(LayerContext& context, const Matrix& x) const {
  const Arena::Scope scope(context.arena);
  const Matrix attended = context.NewMatrix(x.rows, kWidth);
  {
    const Arena::Scope attention_scope(context.arena);
    const Matrix projected = context.NewMatrix(x.rows, 3 * kWidth);
    const Matrix mixed = context.NewMatrix(x.rows, kWidth);
    context.Conv(x, query_key_value_, {}, projected);
    kernels::Attention(projected.Columns(0, kWidth), projected.Columns(kWidth, kWidth),
                       projected.Columns(2 * kWidth, kWidth), kHeads, context.pool, context.arena,
                       mixed);
    context.Conv(mixed, dense_, {.residual = x}, attended);
  }
  kernels::LayerNorm(attended, {attention_norm_.weight, attention_norm_.bias, kEpsilon},
                     context.pool, attended);
  const Matrix wide = context.NewMatrix(x.rows, kFeedForward);
  context.Conv(attended, ffn_, {.output_activation = kernels::Activation::kGelu}, wide);
  context.Conv(wide, ffn_output_, {.residual = attended}, x);
  kernels::LayerNorm(x, {output_norm_.weight, output_norm_.bias, kEpsilon}, context.pool, x);
}

}  // namespace litetts::model
