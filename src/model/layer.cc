#include "model/layer.h"

#include <algorithm>
#include <utility>

#include "base/cpu.h"

namespace litetts::model {

using kernels::ConstMatrix;
using kernels::Matrix;

Matrix LayerContext::NewMatrix(size_t rows, size_t columns) {
  const size_t stride = RoundUp(columns, kAlignment / sizeof(float));
  return {arena.Allocate<float>(rows * stride).data(), rows, columns, stride};
}

kernels::ChannelStats LayerContext::NewStats(size_t channels) {
  return {.mean = NewVector(channels), .variance = NewVector(channels)};
}

void LayerContext::Conv(const ConstMatrix& x, const Linear& layer, kernels::ConvOptions options,
                        const Matrix& out) {
  options.bias = layer.bias;
  if (layer.rounded) options.packed_as = &*layer.rounded;
  LayerProfile* profile = request_.profile;
  if (profile == nullptr) return kernels::Conv1d(x, layer.weights, options, pool, arena, out);
  const double flops = 2.0 * static_cast<double>(out.rows) *
                       static_cast<double>(layer.weights.rows) *
                       static_cast<double>(layer.weights.columns);
  const double start = NowSeconds();
  kernels::Conv1d(x, layer.weights, options, pool, arena, out);
  const double seconds = NowSeconds() - start;
  flops_ += flops;
  product_seconds_ += seconds;
  if (profile->trace == nullptr) return;
  const LayerProfile::Shape shape = {out.rows, x.columns, out.columns, options.kernel,
                                     options.dilation};
  profile->trace->push_back({group_, start, seconds, flops, shape});
}

void LayerContext::Observe(std::string_view stage, const ConstMatrix& values) {
  if (request_.observer == nullptr || IsCancelled()) return;
  if (values.stride == values.columns) {
    request_.observer->OnStage(stage, {values.data, values.rows * values.columns}, values.rows,
                               values.columns);
    return;
  }
  const Arena::Scope scope(arena);
  const std::span<float> packed = arena.Allocate<float>(values.rows * values.columns);
  for (size_t row = 0; row < values.rows; ++row) {
    std::copy_n(values.Row(row), values.columns, packed.data() + row * values.columns);
  }
  request_.observer->OnStage(stage, packed, values.rows, values.columns);
}

GroupTimer::GroupTimer(LayerContext& context, LayerGroup group) : context_(context), group_(group) {
  context_.group_ = group;
  if (context_.request_.profile == nullptr) return;
  start_seconds_ = NowSeconds();
  start_cpu_seconds_ = ProcessCpuSeconds();
  start_product_seconds_ = context_.product_seconds_;
  start_flops_ = context_.flops_;
}

GroupTimer::~GroupTimer() {
  LayerProfile* profile = context_.request_.profile;
  if (profile == nullptr) return;
  const double seconds = NowSeconds() - start_seconds_;
  const double flops = context_.flops_ - start_flops_;
  LayerProfile::Entry& entry = (*profile)[group_];
  entry.seconds += seconds;
  entry.cpu_seconds += ProcessCpuSeconds() - start_cpu_seconds_;
  entry.product_seconds += context_.product_seconds_ - start_product_seconds_;
  entry.flops += flops;
  if (profile->trace != nullptr) {
    profile->trace->push_back({group_, start_seconds_, seconds, flops});
  }
}

void GatherRows(ThreadPool& pool, const ConstMatrix& values, std::span<const int32_t> indices,
                const Matrix& out) {
  LITETTS_DCHECK(indices.size() == out.rows && values.columns == out.columns);
  ForRowBlocks(pool, out.rows, 256, [&](size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) {
      std::copy_n(values.Row(static_cast<size_t>(indices[row])), values.columns, out.Row(row));
    }
  });
}

void RepeatRow(std::span<const float> row, const Matrix& out) {
  for (size_t i = 0; i < out.rows; ++i) std::copy(row.begin(), row.end(), out.Row(i));
}

}  // namespace litetts::model
