// The model's attention (12 heads of 64) beside its reference.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "kernels/attention.h"
#include "kernels/attention_ref.h"

namespace litetts::kernels {
namespace {

constexpr size_t kHeads = 12;
constexpr size_t kColumns = 768;

template <bool kIsReference>
void Run(benchmark::State& state) {
  const auto rows = static_cast<size_t>(state.range(0));
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(rows * kColumns);
  for (float& value : x) value = normal(random);
  std::vector<float> out(x.size());
  const ConstMatrix in = {x.data(), rows, kColumns, kColumns};
  const Matrix to = {out.data(), rows, kColumns, kColumns};
  ThreadPool pool(1);
  Arena arena;
  for (auto _ : state) {
    if (kIsReference) {
      ref::Attention(in, in, in, kHeads, to);
    } else {
      Attention(in, in, in, kHeads, pool, arena, to);
      arena.Reset();
    }
  }
  const double flops = 4.0 * static_cast<double>(rows * rows * kColumns);
  state.counters["GFLOP/s"] =
      benchmark::Counter(flops * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(Run<false>)->Name("Attention")->Arg(15)->Arg(100)->Arg(512);
BENCHMARK(Run<true>)->Name("AttentionReference")->Arg(15)->Arg(100);

}  // namespace
}  // namespace litetts::kernels
