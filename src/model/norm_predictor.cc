#include "model/norm_predictor.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "model/binder.h"

// norm_predictor_data.cc
extern "C" const std::byte litetts_norm_predictor_begin[];
extern "C" const std::byte litetts_norm_predictor_end[];

namespace litetts::model {

using kernels::ConstMatrix;
using kernels::Matrix;

namespace {

constexpr size_t kRank = 128;
constexpr size_t kStyle = kStyleSize / 2;
constexpr float kSlope = 0.1f;  // of the leaky ReLU behind the first stage
// Weights by which a model is known, and how far they may be off, relative to the largest: rounding
// to half precision, not another quantisation.
constexpr const char* kFingerprint = "decoder.generator.noise_convs.1";
constexpr size_t kFingerprintInputs = Generator::kSpectrum;
constexpr size_t kFingerprintOutputs = 128;
constexpr float kFingerprintError = 1e-3f;
// Variances are positive and the deviation's logarithm was fitted with the norm's epsilon in it.
constexpr float kEpsilon = 1e-5f;

// Mean and root mean square of each column of x, behind a leaky ReLU.
void DescribeColumns(Arena& scratch, const ConstMatrix& x, float slope, std::span<float> features) {
  const Arena::Scope scope(scratch);
  const size_t columns = x.columns;
  const std::span<double> sums = scratch.Allocate<double>(2 * columns);
  const std::span<float> block = scratch.Allocate<float>(2 * columns);
  std::fill(sums.begin(), sums.end(), 0.0);
  constexpr size_t kBlockRows = 64;
  for (size_t row = 0; row < x.rows;) {
    std::fill(block.begin(), block.end(), 0.0f);
    for (const size_t end = std::min(row + kBlockRows, x.rows); row < end; ++row) {
      const float* values = x.Row(row);
      for (size_t c = 0; c < columns; ++c) {
        const float value = std::max(values[c], slope * values[c]);
        block[c] += value;
        block[columns + c] += value * value;
      }
    }
    for (size_t i = 0; i < block.size(); ++i) sums[i] += static_cast<double>(block[i]);
  }
  const auto rows = static_cast<double>(x.rows);
  for (size_t c = 0; c < columns; ++c) {
    features[c] = static_cast<float>(sums[c] / rows);
    features[columns + c] = static_cast<float>(std::sqrt(sums[columns + c] / rows));
  }
}

}  // namespace

NormPredictor::NormPredictor() {
  Result<TensorFile> file = TensorFile::Parse(
      {litetts_norm_predictor_begin,
       static_cast<size_t>(litetts_norm_predictor_end - litetts_norm_predictor_begin)});
  LITETTS_CHECK(file.ok());
  file_ = std::make_unique<const TensorFile>(std::move(*file));
  Binder binder(*file_, Precision::kF32);
  centre_ = binder.Floats("centre", {kFeatures});
  inverse_deviation_ = binder.Floats("inverse_deviation", {kFeatures});
  hidden_ = binder.LinearLayer("hidden", kFeatures, kRank);
  output_ = binder.LinearLayer("output", kRank, 2 * Generator::kNormChannels);
  style_centre_ = binder.Floats("style_centre", {kStyle});
  style_whitening_ = binder.LinearLayer("style_whitening", kStyle, kStyle);
  largest_distance_ = binder.Floats("largest_style_distance", {1})[0];
  LITETTS_CHECK(binder.status().ok());
}

bool NormPredictor::Knows(const TensorFile& model) const {
  const auto fingerprint = [](const TensorFile& file) -> Result<kernels::Weights> {
    Binder binder(file, Precision::kF32);
    const Linear layer = binder.ConvLayer(kFingerprint, 1, kFingerprintInputs, kFingerprintOutputs);
    LITETTS_RETURN_IF_ERROR(binder.status());
    return layer.weights;
  };
  const Result<kernels::Weights> mine = fingerprint(*file_);
  const Result<kernels::Weights> theirs = fingerprint(model);
  LITETTS_CHECK(mine.ok());
  if (!theirs.ok()) return false;
  const auto value = [](const kernels::Weights& weights, size_t row, size_t column) {
    const auto* first = static_cast<const std::byte*>(weights.data);
    const std::byte* at = first + row * weights.columns * kernels::WeightSize(weights.type);
    return kernels::WeightAt(weights.type, at, column) * kernels::WeightScale(weights, column);
  };
  float largest = 0.0f;
  float error = 0.0f;
  for (size_t row = 0; row < kFingerprintInputs; ++row) {
    for (size_t column = 0; column < kFingerprintOutputs; ++column) {
      const float want = value(*mine, row, column);
      largest = std::max(largest, std::abs(want));
      error = std::max(error, std::abs(value(*theirs, row, column) - want));
    }
  }
  return error <= kFingerprintError * largest;
}

bool NormPredictor::Knows(LayerContext& context, const Style& acoustic) const {
  const Arena::Scope scope(context.arena);
  const Matrix centred = context.NewMatrix(1, kStyle);
  const Matrix white = context.NewMatrix(1, kStyle);
  for (size_t i = 0; i < kStyle; ++i) {
    centred.data[i] = acoustic.values[i] - style_centre_[i];
  }
  context.Conv(centred, style_whitening_, {}, white);
  float distance = 0.0f;
  for (size_t i = 0; i < kStyle; ++i) distance += white.data[i] * white.data[i];
  return std::sqrt(distance) <= largest_distance_;
}

void NormPredictor::Describe(Arena& scratch, const ConstMatrix& first, const ConstMatrix& har,
                             std::span<const float> style, std::span<float> features) {
  LITETTS_DCHECK(features.size() == kFeatures);
  DescribeColumns(scratch, first, kSlope, features);
  features = features.subspan(2 * first.columns);
  // Without the last row, which belongs to no frame.
  DescribeColumns(scratch, {har.data, har.rows - 1, har.columns, har.stride}, 1.0f, features);
  std::copy(style.begin(), style.end(),
            features.begin() + static_cast<std::ptrdiff_t>(2 * har.columns));
}

void NormPredictor::Predict(LayerContext& context, std::span<const float> features,
                            const kernels::ChannelStats& stats) const {
  const Arena::Scope scope(context.arena);
  const Matrix standard = context.NewMatrix(1, kFeatures);
  const Matrix hidden = context.NewMatrix(1, kRank);
  const Matrix output = context.NewMatrix(1, 2 * Generator::kNormChannels);
  for (size_t i = 0; i < kFeatures; ++i) {
    standard.data[i] = (features[i] - centre_[i]) * inverse_deviation_[i];
  }
  context.Conv(standard, hidden_, {}, hidden);
  context.Conv(hidden, output_, {}, output);
  std::copy_n(output.data, Generator::kNormChannels, stats.mean.begin());
  for (size_t c = 0; c < Generator::kNormChannels; ++c) {
    const float deviation = std::exp(output.data[Generator::kNormChannels + c]);
    stats.variance[c] = std::max(deviation * deviation - kEpsilon, 0.0f);
  }
}

}  // namespace litetts::model
