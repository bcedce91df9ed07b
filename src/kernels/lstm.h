#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/matrix.h"
#include "kernels/weights.h"

namespace litetts::kernels {

struct LstmOptions {
  bool is_reverse = false;  // from the last step to the first
  // Row of `projections` that each step reads; empty: step t reads row t.
  std::span<const int32_t> steps = {};
};

// One direction of an LSTM of H units from zero states, given its input projections. Gate order i,
// o, f, c as in ONNX: z = projections[step] + h R; c = sigmoid(f) c + sigmoid(i) tanh(g); h =
// sigmoid(o) tanh(c).
//   projections [rows, 4H], biases included; recurrent [H, 4H]; out [steps, H].
// Sequential; the two directions of a layer may run on two threads. REQUIRES: H a multiple of 16,
// at most kMaxLstmUnits.
void Lstm(const ConstMatrix& projections, const Weights& recurrent, const LstmOptions& options,
          const Matrix& out);

inline constexpr size_t kMaxLstmUnits = 512;  // the state is kept on the stack

}  // namespace litetts::kernels
