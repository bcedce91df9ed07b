// Conv1d in each of its ways beside oneDNN's convolutions in f32, bf16 and u8s8 and this machine's
// measured FMA peak, at the model's sizes, on one and two threads.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <oneapi/dnnl/dnnl.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/status.h"
#include "base/thread_pool.h"
#include "kernels/conv.h"
#include "kernels/fma_peak.h"
#include "kernels/narrow_conv.h"
#include "kernels/simd.h"
#include "kernels/toom_cook.h"

extern "C" void omp_set_num_threads(int);

namespace litetts::kernels {
namespace {

struct Shape {
  size_t rows, inputs, outputs, kernel, dilation;
};

// Name order: rows/inputs/outputs/kernel/dilation.
const std::vector<Shape> kShapes = {
    {40000, 128, 128, 11, 1}, {40000, 128, 128, 3, 1}, {6800, 256, 256, 11, 1},
    {4800, 128, 128, 3, 1},   {4800, 128, 128, 7, 3},  {4800, 128, 128, 11, 1},
    {4800, 128, 128, 11, 5},  {800, 256, 256, 3, 1},   {800, 256, 256, 7, 3},
    {800, 256, 256, 11, 1},   {800, 256, 256, 11, 5},  {40, 1090, 1024, 3, 1},
    {200, 1024, 1024, 3, 1},  {200, 512, 2560, 2, 1},  {800, 256, 768, 2, 1},
    {15, 768, 768, 1, 1},     {100, 768, 2048, 1, 1},  {100, 2048, 768, 1, 1},
};

std::vector<float> Noise(size_t size) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> values(size);
  for (float& v : values) v = normal(random);
  return values;
}

void Report(benchmark::State& state, const Shape& s) {
  const double flops = 2.0 * static_cast<double>(s.rows * s.inputs * s.outputs * s.kernel);
  state.counters["GFLOP/s"] =
      benchmark::Counter(flops * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

// Bias only, or fused: AdaIN and Snake on the input, residual, scale and statistics on the output.
enum class Kind { kPlain, kFused, kToomCook, kNarrow };

void Ours(benchmark::State& state, Shape s, size_t threads, Kind kind, NarrowFormat format) {
  ThreadPool pool(threads);
  Arena arena;
  const auto x = Noise(s.rows * s.inputs);
  std::vector<int8_t> weights(s.kernel * s.inputs * s.outputs);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int8_t>(i * 7 % 127 - 63);
  const std::vector<float> scale = {0.01f};
  const auto channel = Noise(std::max(s.inputs, s.outputs));
  std::vector<float> alpha(s.inputs, 0.7f);
  std::vector<float> out(s.rows * s.outputs);
  std::vector<float> mean(s.outputs), variance(s.outputs);
  ChannelStats stats = {mean, variance};
  ConvOptions options = {.kernel = s.kernel,
                         .dilation = s.dilation,
                         .padding = (s.kernel - 1) * s.dilation / 2,
                         .bias = std::span(channel).first(s.outputs)};
  const Weights view = {weights.data(), WeightType::kI8, s.kernel * s.inputs, s.outputs, scale};
  std::optional<ToomCookFilter> toom_cook;
  std::optional<NarrowFilter> narrow;
  if (kind == Kind::kToomCook) options.toom_cook = &toom_cook.emplace(view, s.kernel, pool);
  if (kind == Kind::kNarrow) options.narrow = &narrow.emplace(view, s.kernel, format, pool);
  if (kind != Kind::kPlain) {
    options.input = {.scale = std::span(channel).first(s.inputs),
                     .shift = std::span(channel).first(s.inputs),
                     .activation = Activation::kSnake,
                     .alpha = alpha};
    options.residual = {out.data(), s.rows, s.outputs, s.outputs};
    options.output_scale = 0.5f;
    options.stats = &stats;
  }
  for (auto _ : state) {
    Conv1d({x.data(), s.rows, s.inputs, s.inputs}, view, options, pool, arena,
           {out.data(), s.rows, s.outputs, s.outputs});
    arena.Reset();
  }
  Report(state, s);
}

void OneDnn(benchmark::State& state, Shape s, int threads, dnnl::memory::data_type x_type,
            dnnl::memory::data_type w_type) {
  omp_set_num_threads(threads);
  using namespace dnnl;
  using Dims = memory::dims;
  const engine cpu(engine::kind::cpu, 0);
  stream queue(cpu);
  const auto d = [](size_t v) { return static_cast<int64_t>(v); };
  const int64_t pad = d((s.kernel - 1) * s.dilation / 2);
  const int64_t pad_right = d((s.kernel - 1) * s.dilation) - pad;
  const auto f32 = memory::data_type::f32;
  const memory::desc x({1, d(s.inputs), d(s.rows)}, x_type, memory::format_tag::nwc);
  const memory::desc y({1, d(s.outputs), d(s.rows)}, f32, memory::format_tag::nwc);
  const memory::desc w({d(s.outputs), d(s.inputs), d(s.kernel)}, w_type, memory::format_tag::any);
  const memory::desc b({d(s.outputs)}, f32, memory::format_tag::x);
  const convolution_forward::desc desc(prop_kind::forward_inference, algorithm::convolution_direct,
                                       x, w, b, y, Dims{1}, Dims{d(s.dilation) - 1}, Dims{pad},
                                       Dims{pad_right});
  const convolution_forward::primitive_desc primitive(desc, cpu);
  memory mx(primitive.src_desc(), cpu), mw(primitive.weights_desc(), cpu);
  memory mb(primitive.bias_desc(), cpu), my(primitive.dst_desc(), cpu);
  // Ordinary numbers in every type, 0.75 in float: fresh memory may hold denormals, which are slow.
  for (const memory& each : {mx, mw, mb}) {
    std::memset(each.get_data_handle(), 0x3f, each.get_desc().get_size());
  }
  convolution_forward conv(primitive);
  for (auto _ : state) {
    conv.execute(
        queue,
        {{DNNL_ARG_SRC, mx}, {DNNL_ARG_WEIGHTS, mw}, {DNNL_ARG_BIAS, mb}, {DNNL_ARG_DST, my}});
    queue.wait();
  }
  Report(state, s);
}

template <typename... Arguments>
void Register(const std::string& name, Arguments... arguments) {
  benchmark::RegisterBenchmark(name.c_str(), arguments...)->UseRealTime();
}

void RegisterNarrow(const std::string& suffix, const Shape& s, size_t threads) {
  const auto add = [&](std::string_view name, NarrowFormat format) {
    Register(Concat(name, suffix), Ours, s, threads, Kind::kNarrow, format);
  };
  const DotUnit bf16 = BestDotUnit(NarrowType::kBf16);
  if (bf16 == DotUnit::kAmx) {
    add("Bf16AmxFused", {NarrowType::kBf16, 1, DotUnit::kAmx});
    add("Bf16x3AmxFused", {NarrowType::kBf16, 3, DotUnit::kAmx});
  }
  if (bf16 >= DotUnit::kAvx512) add("Bf16Avx512Fused", {NarrowType::kBf16, 1, DotUnit::kAvx512});
  if (BestDotUnit(NarrowType::kI8) >= DotUnit::kAvx512) {
    add("I8Avx512Fused", {NarrowType::kI8, 1, DotUnit::kAvx512});
  }
}

void RegisterAll() {
  using Type = dnnl::memory::data_type;
  for (const Shape& s : kShapes) {
    const std::string name =
        Concat("/", s.rows, "/", s.inputs, "/", s.outputs, "/k", s.kernel, "/d", s.dilation);
    for (const int threads : {1, 2}) {
      const std::string suffix = Concat(name, "/threads:", threads);
      const auto count = static_cast<size_t>(threads);
      Register(Concat("Conv1d", suffix), Ours, s, count, Kind::kPlain, NarrowFormat{});
      Register(Concat("Conv1dFused", suffix), Ours, s, count, Kind::kFused, NarrowFormat{});
      if (s.inputs == s.outputs && ToomCookFilter::Supports(s.kernel)) {
        Register(Concat("ToomCookFused", suffix), Ours, s, count, Kind::kToomCook, NarrowFormat{});
      }
      if (s.inputs == s.outputs && s.kernel > 1) RegisterNarrow(suffix, s, count);
      Register(Concat("OneDnn", suffix), OneDnn, s, threads, Type::f32, Type::f32);
      Register(Concat("OneDnnBf16", suffix), OneDnn, s, threads, Type::bf16, Type::bf16);
      Register(Concat("OneDnnU8S8", suffix), OneDnn, s, threads, Type::u8, Type::s8);
    }
  }
}

}  // namespace
}  // namespace litetts::kernels

int main(int argc, char** argv) {
  if (const char* cap = std::getenv("LITETTS_SIMD")) {
    if (!litetts::kernels::CapSimd(cap).ok()) return 2;
  }
  litetts::kernels::RegisterAll();
  benchmark::Initialize(&argc, argv);
  benchmark::AddCustomContext("simd", litetts::kernels::SimdName());
  benchmark::AddCustomContext("fma_peak_gflops_per_core",
                              std::to_string(litetts::kernels::MeasureFmaPeak()));
  benchmark::RunSpecifiedBenchmarks();
}
