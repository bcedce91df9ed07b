#pragma once

// A convolution with everything it needs, for the tests of its implementations.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"
#include "base/thread_pool.h"
#include "kernels/conv.h"
#include "kernels/conv_ref.h"
#include "kernels/targets_test.h"

namespace litetts::kernels {

struct ConvProblem {
  ConvProblem(size_t num_rows, size_t num_inputs, size_t num_outputs, size_t kernel,
              size_t dilation)
      : rows(num_rows),
        inputs(num_inputs),
        outputs(num_outputs),
        x(NormalValues(rows * inputs, 1)),
        values(kernel * inputs * outputs),
        channel(NormalValues(std::max(inputs, outputs), 2)),
        alpha(inputs),
        residual(NormalValues(rows * outputs, 3)) {
    const auto noise = NormalValues(values.size(), 4);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<int8_t>(noise[i] * 30);
    for (size_t i = 0; i < inputs; ++i) alpha[i] = 0.3f + 0.1f * static_cast<float>(i % 9);
    options = {.kernel = kernel, .dilation = dilation, .padding = dilation * (kernel - 1) / 2};
    weights = {values.data(), WeightType::kI8, kernel * inputs, outputs, scale};
  }
  ConvProblem(const ConvProblem&) = delete;
  ConvProblem& operator=(const ConvProblem&) = delete;

  void FuseEverything() {
    options.input = {.scale = std::span(channel).first(inputs),
                     .shift = std::span(channel).first(inputs),
                     .activation = Activation::kSnake,
                     .alpha = alpha};
    options.bias = std::span(channel).first(outputs);
    options.residual = {residual.data(), rows, outputs, outputs};
    options.output_scale = 0.70710678f;
  }

  void UseFloatWeights() {
    floats = NormalValues(values.size(), 5);
    weights.data = floats.data();
    weights.type = WeightType::kF32;
  }

  ConstMatrix Input() const { return {x.data(), rows, inputs, inputs}; }
  size_t OutputRows() const { return ConvOutputRows(rows, options); }

  // Output, then means, then variances; with the filters that `options` name.
  std::vector<float> Run(ThreadPool& pool) {
    Arena arena;
    return RunWith([&](const Matrix& out) { Conv1d(Input(), weights, options, pool, arena, out); });
  }
  std::vector<float> Reference() {
    return RunWith([&](const Matrix& out) { ref::Conv1d(Input(), weights, options, out); });
  }
  std::vector<float> OutputOnly(std::vector<float> result) const {
    result.resize(OutputRows() * outputs);
    return result;
  }

  size_t rows, inputs, outputs;
  std::vector<float> x;
  std::vector<int8_t> values;
  std::vector<float> floats;
  std::vector<float> channel, alpha, residual;
  std::vector<float> scale = {0.02f};
  ConvOptions options;
  Weights weights;

 private:
  template <class Function>
  std::vector<float> RunWith(const Function& function) {
    const size_t size = OutputRows() * outputs;
    std::vector<float> out(size + 2 * outputs, NAN);
    ChannelStats stats = {std::span(out).subspan(size, outputs), std::span(out).last(outputs)};
    options.stats = &stats;
    function({out.data(), OutputRows(), outputs, outputs});
    options.stats = nullptr;
    return out;
  }
};

// Level of `want` over that of the difference.
inline double SnrDb(const std::vector<float>& got, const std::vector<float>& want) {
  double signal = 0.0;
  double noise = 1e-300;
  for (size_t i = 0; i < want.size(); ++i) {
    signal += static_cast<double>(want[i]) * want[i];
    noise += (static_cast<double>(got[i]) - want[i]) * (static_cast<double>(got[i]) - want[i]);
  }
  return 10.0 * std::log10(signal / noise);
}

}  // namespace litetts::kernels
