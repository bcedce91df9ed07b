#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "kernels/conv.h"
#include "model/layer.h"

namespace litetts::model {

class Binder;

// A bidirectional LSTM layer, 256 units a direction, from zero states.
class BiLstm {
 public:
  static constexpr size_t kUnits = 256;
  static constexpr size_t kOutputs = 2 * kUnits;

  BiLstm() = default;
  BiLstm(Binder& binder, const std::string& name, size_t inputs);

  // out: [rows of x, 512], forward then backward half.
  void Run(LayerContext& context, const kernels::ConstMatrix& x, const kernels::Matrix& out) const;

  // The same over the sequence x[steps[0]], x[steps[1]], ...: the input projection, which is
  // constant over the repeats of a row, is computed once a row.
  void RunRepeated(LayerContext& context, const kernels::ConstMatrix& x,
                   std::span<const int32_t> steps, const kernels::Matrix& out) const;

 private:
  struct Direction {
    Linear input;                // [inputs, 4 * 256], gates i o f c; bias = both biases
    kernels::Weights recurrent;  // [256, 4 * 256]
  };
  std::array<Direction, 2> directions_;  // forward, backward
};

}  // namespace litetts::model
