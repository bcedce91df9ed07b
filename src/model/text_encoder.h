#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "model/bilstm.h"
#include "model/layer.h"

namespace litetts::model {

// What is said: three convolutions over the tokens' embeddings and an LSTM (spec section 9).
class TextEncoder {
 public:
  static constexpr size_t kWidth = 512;

  TextEncoder() = default;
  explicit TextEncoder(Binder& binder);

  // out: [ids, 512].
  void Run(LayerContext& context, std::span<const int32_t> ids, const kernels::Matrix& out) const;

 private:
  struct Layer {
    Linear conv;
    std::span<const float> gamma;
    std::span<const float> beta;
  };
  kernels::Weights embedding_;
  std::array<Layer, 3> layers_;
  BiLstm lstm_;
};

}  // namespace litetts::model
