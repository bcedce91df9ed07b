#include "kernels/self_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <utility>

#include "base/arena.h"
#include "base/thread_pool.h"
#include "hwy/targets.h"
#include "kernels/attention.h"
#include "kernels/attention_ref.h"
#include "kernels/conv.h"
#include "kernels/conv_ref.h"
#include "kernels/elementwise.h"
#include "kernels/lstm.h"
#include "kernels/lstm_ref.h"
#include "kernels/narrow_conv.h"
#include "kernels/norm.h"
#include "kernels/norm_ref.h"
#include "kernels/toom_cook.h"

namespace litetts::kernels {
namespace {

// Floats keep 24 bits, 144 dB; sums of some hundred products lose up to 30 of them.
constexpr double kFloatDb = 110.0;
// 110 dB measured (toom_cook_test).
constexpr double kToomCookDb = 100.0;
// Inputs of 8 bits; int8 ones share a scale for each row (narrow_conv_test).
constexpr double kBf16Db = 48.0;
constexpr double kInt8Db = 34.0;

constexpr size_t kRows = 61;  // no multiple of any strip
constexpr size_t kWidth = 128;
constexpr size_t kUnits = 64;  // of the LSTM
constexpr size_t kHeads = 4;

std::vector<float> Noise(size_t size, uint32_t seed, float level = 1.0f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.0f, level);
  std::vector<float> values(size);
  for (float& value : values) value = normal(random);
  return values;
}

// A matrix of its own; NaN until it is written.
struct Block {
  Block(size_t num_rows, size_t num_columns)
      : rows(num_rows), columns(num_columns), values(rows * columns, NAN) {}
  Block(size_t num_rows, size_t num_columns, uint32_t seed)
      : rows(num_rows), columns(num_columns), values(Noise(rows * columns, seed)) {}

  Matrix view() { return {values.data(), rows, columns, columns}; }
  ConstMatrix view() const { return {values.data(), rows, columns, columns}; }

  size_t rows;
  size_t columns;
  std::vector<float> values;
};

double SnrDb(std::span<const float> got, std::span<const float> want) {
  double signal = 0.0;
  double noise = 1e-300;
  for (size_t i = 0; i < want.size(); ++i) {
    const double difference = static_cast<double>(got[i]) - want[i];
    signal += static_cast<double>(want[i]) * want[i];
    noise += difference * difference;
  }
  return 10.0 * std::log10(signal / noise);
}

// All kernels on the target in use.
class Checker {
 public:
  Checker(std::string target, std::vector<KernelCheck>& checks)
      : target_(std::move(target)), checks_(checks) {}

  void Run() {
    CheckConvolutions();
    CheckLstm();
    CheckAttention();
    CheckNorms();
    CheckElementwise();
  }

 private:
  // Runs both into blocks of their own and compares them.
  template <typename Kernel, typename Reference>
  void Compare(std::string kernel, double least_db, size_t rows, size_t columns, const Kernel& run,
               const Reference& define) {
    Block got(rows, columns);
    Block want(rows, columns);
    run(got.view());
    define(want.view());
    checks_.push_back({.kernel = std::move(kernel),
                       .target = target_,
                       .snr_db = SnrDb(got.values, want.values),
                       .least_db = least_db});
  }

  void CheckConvolution(std::string kernel, double least_db, const Weights& weights,
                        const ConvOptions& options) {
    Compare(
        std::move(kernel), least_db, ConvOutputRows(kRows, options), weights.columns,
        [&](const Matrix& out) { Conv1d(x_.view(), weights, options, pool_, arena_, out); },
        [&](const Matrix& out) { ref::Conv1d(x_.view(), weights, options, out); });
  }

  void CheckConvolutions() {
    constexpr size_t kOutputs = 70;
    constexpr size_t kTaps = 3;
    const std::vector<float> floats = Noise(kTaps * kWidth * kOutputs, 5);
    std::vector<int8_t> bytes(floats.size());
    std::vector<uint16_t> halves(floats.size());
    for (size_t i = 0; i < floats.size(); ++i) {
      bytes[i] = static_cast<int8_t>(std::clamp(floats[i] * 30.0f, -127.0f, 127.0f));
      halves[i] = static_cast<uint16_t>((bytes[i] < 0 ? 0x8000 : 0) | 0x3800 | (i * 37 % 1024));
    }
    const std::vector<float> scale = {0.03f};
    const std::vector<float> bias = Noise(kOutputs, 6);
    const std::vector<float> alpha(kWidth, 0.7f);
    const Weights f32 = {floats.data(), WeightType::kF32, kTaps * kWidth, kOutputs, {}};
    const Weights f16 = {halves.data(), WeightType::kF16, kTaps * kWidth, kOutputs, {}};
    const Weights i8 = {bytes.data(), WeightType::kI8, kTaps * kWidth, kOutputs, scale};
    const ConvOptions options = {
        .kernel = kTaps,
        .dilation = 3,
        .padding = 3,
        .input = {.activation = Activation::kSnake, .alpha = alpha},
        .bias = bias,
    };
    CheckConvolution("convolution", kFloatDb, f32, options);
    CheckConvolution("convolution, half precision weights", kFloatDb, f16, options);
    CheckConvolution("convolution, int8 weights", kFloatDb, i8, options);
    const ToomCookFilter toom_cook(f32, kTaps, pool_);
    ConvOptions with = options;
    with.toom_cook = &toom_cook;
    CheckConvolution("convolution by Toom-Cook", kToomCookDb, f32, with);
    for (const auto& [unit, where] :
         {std::pair{DotUnit::kPortable, " in plain C++"},
          std::pair{DotUnit::kAvx512, " on AVX-512"}, std::pair{DotUnit::kAmx, " on AMX"}}) {
      for (const NarrowType type : {NarrowType::kBf16, NarrowType::kI8}) {
        if (unit > BestDotUnit(type)) continue;
        const bool is_int8 = type == NarrowType::kI8;
        const NarrowFilter narrow(i8, kTaps, {.type = type, .unit = unit}, pool_);
        with = options;
        with.narrow = &narrow;
        CheckConvolution(std::string("convolution, ") + (is_int8 ? "int8" : "bfloat16") + where,
                         is_int8 ? kInt8Db : kBf16Db, i8, with);
      }
    }
  }

  void CheckLstm() {
    const std::vector<float> values = Noise(kUnits * 4 * kUnits, 7, 0.1f);
    const Weights recurrent = {values.data(), WeightType::kF32, kUnits, 4 * kUnits, {}};
    const Block projections(kRows, 4 * kUnits, 8);
    Compare(
        "LSTM", kFloatDb, kRows, kUnits,
        [&](const Matrix& out) { Lstm(projections.view(), recurrent, {}, out); },
        [&](const Matrix& out) { ref::Lstm(projections.view(), recurrent, {}, out); });
  }

  void CheckAttention() {
    const Block key(kRows, kWidth, 2);
    const Block value(kRows, kWidth, 3);
    Compare(
        "attention", kFloatDb, kRows, kWidth,
        [&](const Matrix& out) {
          Attention(x_.view(), key.view(), value.view(), kHeads, pool_, arena_, out);
        },
        [&](const Matrix& out) {
          ref::Attention(x_.view(), key.view(), value.view(), kHeads, out);
        });
  }

  void CheckNorms() {
    const std::vector<float> scale = Noise(kWidth, 9);
    const std::vector<float> shift = Noise(kWidth, 10);
    const LayerNormOptions options = {.scale = scale, .shift = shift};
    Compare(
        "layer norm", kFloatDb, kRows, kWidth,
        [&](const Matrix& out) { LayerNorm(x_.view(), options, pool_, out); },
        [&](const Matrix& out) { ref::LayerNorm(x_.view(), options, out); });
    const auto stats = [](const Matrix& out) {  // means, then variances
      return ChannelStats{{out.Row(0), kWidth}, {out.Row(1), kWidth}};
    };
    Compare(
        "channel statistics", kFloatDb, 2, kWidth,
        [&](const Matrix& out) { ComputeChannelStats(x_.view(), pool_, arena_, stats(out)); },
        [&](const Matrix& out) { ref::ComputeChannelStats(x_.view(), stats(out)); });
  }

  void CheckElementwise() {
    const Block other(kRows, kWidth, 11);
    const auto for_each = [&](const Matrix& out, const auto& function) {
      for (size_t i = 0; i < x_.values.size(); ++i)
        out.data[i] = function(x_.values[i], other.values[i]);
    };
    const auto first = [](float x, float) { return x; };
    Compare(
        "sum", kFloatDb, kRows, kWidth,
        [&](const Matrix& out) {
          for_each(out, first);
          Add(other.view(), pool_, out);
        },
        [&](const Matrix& out) { for_each(out, [](float x, float y) { return x + y; }); });
    Compare(
        "leaky ReLU", kFloatDb, kRows, kWidth,
        [&](const Matrix& out) { LeakyRelu(x_.view(), 0.2f, pool_, out); },
        [&](const Matrix& out) {
          for_each(out, [](float x, float) { return x < 0.0f ? 0.2f * x : x; });
        });
  }

  const std::string target_;
  std::vector<KernelCheck>& checks_;
  ThreadPool pool_{2};
  Arena arena_;
  const Block x_{kRows, kWidth, 1};
};

}  // namespace

std::vector<KernelCheck> CheckKernels() {
  std::vector<KernelCheck> checks;
  const int64_t allowed = hwy::SupportedTargets();
  for (int64_t left = allowed & HWY_TARGETS; left != 0; left &= left - 1) {
    const int64_t target = left & -left;
    hwy::SetSupportedTargetsForTest(target);
    Checker(hwy::TargetName(target), checks).Run();
  }
  hwy::SetSupportedTargetsForTest(allowed);
  return checks;
}

}  // namespace litetts::kernels
