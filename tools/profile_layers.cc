// Where the time of the network goes: one utterance, run several times; the run with the least CPU
// time counts.
//   [LITETTS_SIMD=avx2] profile_layers MODEL NUM_TOKENS THREADS [RUNS [PRECISION]]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/cpu.h"
#include "base/status.h"
#include "kernels/simd.h"
#include "model/kokoro.h"

namespace litetts::model {
namespace {

// "həlˈO, wˈɜɹld!" over and over.
std::vector<int32_t> SomeTokens(size_t count) {
  constexpr int32_t kHello[] = {50, 83, 54, 156, 31, 3, 16, 65, 156, 87, 123, 54, 46, 5};
  std::vector<int32_t> tokens(count);
  for (size_t i = 0; i < count; ++i) tokens[i] = kHello[i % std::size(kHello)];
  return tokens;
}

void Print(const LayerProfile& profile, double audio_seconds) {
  LayerProfile::Entry total;
  for (const LayerProfile::Entry& entry : profile.entries) {
    total.seconds += entry.seconds;
    total.cpu_seconds += entry.cpu_seconds;
    total.flops += entry.flops;
  }
  // GFLOP/s count the multiplications as written, and CPU time, so that other work on the machine
  // does not matter.
  const auto line = [&](const std::string& name, const LayerProfile::Entry& entry) {
    std::printf("%-15s %8.2f ms  CPU %8.2f ms  %7.4f a second  %5.1f %%  %6.1f GFLOP/s\n",
                name.c_str(), 1e3 * entry.seconds, 1e3 * entry.cpu_seconds,
                entry.cpu_seconds / audio_seconds, 100.0 * entry.cpu_seconds / total.cpu_seconds,
                1e-9 * entry.flops / entry.cpu_seconds);
  };
  for (size_t i = 0; i < kNumLayerGroups; ++i) {
    line(std::string(LayerGroupName(static_cast<LayerGroup>(i))), profile.entries[i]);
  }
  line("all", total);
}

Status ProfileLayers(const std::string& model, size_t num_tokens, size_t num_threads,
                     size_t num_runs, std::string_view precision_name) {
  if (const char* cap = std::getenv("LITETTS_SIMD")) LITETTS_RETURN_IF_ERROR(kernels::CapSimd(cap));
  const double load_start = NowSeconds();
  LITETTS_ASSIGN_OR_RETURN(const Precision precision, ParsePrecision(precision_name));
  LITETTS_ASSIGN_OR_RETURN(const Kokoro kokoro, Kokoro::Load(model, precision));
  const double load_seconds = NowSeconds() - load_start;
  const std::vector<int32_t> tokens = SomeTokens(num_tokens);
  const std::vector<float> style(kStyleSize, 0.1f);
  Workspace workspace(num_threads);
  LayerProfile best;
  double best_seconds = 0.0;
  double best_cpu_seconds = 0.0;
  double audio_seconds = 0.0;
  for (size_t run = 0; run < num_runs; ++run) {
    LayerProfile profile;
    Request request;
    request.tokens = tokens;
    request.style = style;
    request.profile = &profile;
    const double start = NowSeconds();
    const double cpu_start = ProcessCpuSeconds();
    LITETTS_ASSIGN_OR_RETURN(const Utterance result, kokoro.Run(request, workspace));
    const double seconds = NowSeconds() - start;
    const double cpu_seconds = ProcessCpuSeconds() - cpu_start;
    audio_seconds = static_cast<double>(result.samples.size()) / kSampleRateHz;
    if (run > 0 && cpu_seconds >= best_cpu_seconds) continue;
    best = profile;
    best_seconds = seconds;
    best_cpu_seconds = cpu_seconds;
  }
  Print(best, audio_seconds);
  std::printf(
      "%s, %s, %zu threads, %.2f s of audio: real-time factor %.4f, CPU %.4f; load %.1f ms; peak "
      "memory "
      "%.1f MB, scratch %.1f MB\n",
      kernels::SimdName().c_str(), std::string(PrecisionName(kokoro.precision())).c_str(),
      num_threads, audio_seconds, best_seconds / audio_seconds, best_cpu_seconds / audio_seconds,
      1e3 * load_seconds, 1e-6 * static_cast<double>(PeakResidentBytes()),
      1e-6 * static_cast<double>(workspace.arena.peak()));
  return OkStatus();
}

}  // namespace
}  // namespace litetts::model

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) {
    std::fprintf(stderr, "usage: %s MODEL NUM_TOKENS THREADS [RUNS [PRECISION]]\n", argv[0]);
    return 2;
  }
  const auto number = [](const char* text) {
    const int value = std::atoi(text);
    return value > 0 ? static_cast<size_t>(value) : size_t{1};
  };
  const litetts::Status status =
      litetts::model::ProfileLayers(argv[1], number(argv[2]), number(argv[3]),
                                    argc > 4 ? number(argv[4]) : 3, argc > 5 ? argv[5] : "f32");
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return 1;
}
