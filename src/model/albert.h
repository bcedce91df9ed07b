#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/layer.h"

namespace litetts::model {

class Binder;

// PL-BERT: an ALBERT encoder, one layer applied twelve times (spec section 6).
class Albert {
 public:
  static constexpr size_t kWidth = 768;

  Albert() = default;
  explicit Albert(Binder& binder);

  // out: [ids, 768].
  void Run(LayerContext& context, std::span<const int32_t> ids, const kernels::Matrix& out) const;

 private:
  struct LayerNorm {
    std::span<const float> weight;
    std::span<const float> bias;
  };
  void Embed(LayerContext& context, std::span<const int32_t> ids, const kernels::Matrix& out) const;
  void Layer(LayerContext& context, const kernels::Matrix& x) const;

  kernels::Weights words_;
  kernels::Weights positions_;
  kernels::Weights token_types_;
  LayerNorm embedding_norm_;
  Linear embedding_to_hidden_;
  Linear query_key_value_;
  Linear dense_;
  LayerNorm attention_norm_;
  Linear ffn_;
  Linear ffn_output_;
  LayerNorm output_norm_;
};

}  // namespace litetts::model
