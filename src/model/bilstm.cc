#include "model/bilstm.h"

#include "kernels/lstm.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::ConstMatrix;
using kernels::Matrix;

BiLstm::BiLstm(Binder& binder, const std::string& name, size_t inputs) {
  constexpr size_t kGates = 4 * kUnits;
  const size_t count = directions_.size();
  const kernels::Weights input =
      binder.WeightsOf(name + ".weight_ih", {count, inputs, kGates}, count);
  const kernels::Weights recurrent =
      binder.WeightsOf(name + ".weight_hh", {count, kUnits, kGates}, count);
  const std::span<const float> bias = binder.Floats(name + ".bias", {count, kGates});
  if (!binder.status().ok()) return;
  for (size_t i = 0; i < count; ++i) {
    directions_[i] = {.input = {.weights = WeightsPart(input, i, count),
                                .bias = bias.subspan(i * kGates, kGates)},
                      .recurrent = WeightsPart(recurrent, i, count)};
  }
}

void BiLstm::Run(LayerContext& context, const ConstMatrix& x, const Matrix& out) const {
  RunRepeated(context, x, {}, out);
}

void BiLstm::RunRepeated(LayerContext& context, const ConstMatrix& x,
                         std::span<const int32_t> steps, const Matrix& out) const {
  const Arena::Scope scope(context.arena);
  const Matrix forward = context.NewMatrix(x.rows, 4 * kUnits);
  const Matrix backward = context.NewMatrix(x.rows, 4 * kUnits);
  context.Conv(x, directions_[0].input, {}, forward);
  context.Conv(x, directions_[1].input, {}, backward);
  context.pool.ParallelFor(2, [&](size_t task, size_t) {
    kernels::Lstm(task == 0 ? forward : backward, directions_[task].recurrent,
                  {.is_reverse = task == 1, .steps = steps}, out.Columns(task * kUnits, kUnits));
  });
}

}  // namespace litetts::model
