// One direction of the model's LSTM (256 units) beside its reference.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/lstm.h"
#include "kernels/lstm_ref.h"

namespace litetts::kernels {
namespace {

constexpr size_t kUnits = 256;

template <bool kIsReference>
void Run(benchmark::State& state) {
  const auto steps = static_cast<size_t>(state.range(0));
  const std::vector<int8_t> values(kUnits * 4 * kUnits, 11);
  const std::vector<float> scale = {0.002f};
  const std::vector<float> projections(steps * 4 * kUnits, 0.3f);
  std::vector<float> out(steps * kUnits);
  const Weights recurrent = {values.data(), WeightType::kI8, kUnits, 4 * kUnits, scale};
  const ConstMatrix x = {projections.data(), steps, 4 * kUnits, 4 * kUnits};
  for (auto _ : state) {
    if (kIsReference) {
      ref::Lstm(x, recurrent, {}, {out.data(), steps, kUnits, kUnits});
    } else {
      Lstm(x, recurrent, {}, {out.data(), steps, kUnits, kUnits});
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));  // steps
}

BENCHMARK(Run<false>)->Name("Lstm")->Arg(15)->Arg(100)->Arg(500);
BENCHMARK(Run<true>)->Name("LstmReference")->Arg(15);

}  // namespace
}  // namespace litetts::kernels
