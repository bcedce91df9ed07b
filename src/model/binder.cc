#include "model/binder.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/cpu.h"

namespace litetts::model {

using kernels::Weights;
using kernels::WeightType;

std::span<const float> Binder::Floats(const std::string& name, Shape shape) {
  Result<std::span<const float>> values = file_.Get<float>(name, shape);
  if (values.ok()) {
    parts_.push_back(std::as_bytes(*values));
    return *values;
  }
  Fail(values.status());
  return {};
}

Weights Binder::WeightsOf(const std::string& name, Shape shape, size_t directions) {
  const Tensor* tensor = file_.Find(name);
  if (tensor == nullptr) {
    Fail(DataLoss("tensor '", name, "' is missing"));
    return {};
  }
  if (!std::equal(shape.begin(), shape.end(), tensor->shape.begin(), tensor->shape.end())) {
    Fail(DataLoss("tensor '", name, "' has shape ", ShapeString(tensor->shape), ", not ",
                  ShapeString(std::vector<size_t>(shape))));
    return {};
  }
  Weights weights;
  weights.data = tensor->bytes.data();
  parts_.push_back(tensor->bytes);
  weights.columns = *(shape.end() - 1);
  weights.rows = tensor->size() / weights.columns;
  switch (tensor->type) {
    case DataType::kF32:
      weights.type = WeightType::kF32;
      return weights;
    case DataType::kF16:
      weights.type = WeightType::kF16;
      break;
    case DataType::kI8:
      weights.type = WeightType::kI8;
      break;
    default:
      Fail(DataLoss("tensor '", name, "' has type ", DataTypeName(tensor->type),
                    ", which no weight has"));
      return {};
  }
  const Tensor* scale = file_.Find(name + "_scale");
  if (scale == nullptr && weights.type == WeightType::kF16) return weights;
  const size_t num_scales = scale == nullptr ? 0 : scale->size();
  const bool has_directions = directions > 1 && num_scales == directions * weights.columns;
  if (scale == nullptr || scale->type != DataType::kF32 ||
      (num_scales != 1 && num_scales != weights.columns && !has_directions)) {
    Fail(DataLoss("tensor '", name, "_scale' is missing or not one F32 per tensor or column"));
    return {};
  }
  weights.scale = scale->As<float>();
  parts_.push_back(scale->bytes);
  return weights;
}

Linear Binder::LinearLayer(const std::string& name, size_t inputs, size_t outputs) {
  return {.weights = WeightsOf(name + ".weight", {inputs, outputs}),
          .bias = Floats(name + ".bias", {outputs})};
}

Linear Binder::ConvLayer(const std::string& name, size_t kernel, size_t inputs, size_t outputs) {
  return {.weights = WeightsOf(name + ".weight", {kernel, inputs, outputs}),
          .bias = Floats(name + ".bias", {outputs})};
}

std::optional<kernels::NarrowFormat> Binder::CarefulFormat() const {
  const kernels::DotUnit unit = BestDotUnit(kernels::NarrowType::kBf16);
  if (precision_ != Precision::kI8 || unit == kernels::DotUnit::kPortable) return std::nullopt;
  return kernels::NarrowFormat{kernels::NarrowType::kBf16, 1, unit};
}

PreparedFilter Binder::Prepare(const Weights& weights, size_t kernel, bool is_sensitive) {
  PreparedFilter filter;
  if (!status_.ok()) return filter;
  std::optional<kernels::NarrowFormat> format = FormatOf(precision_);
  if (format && format->type == kernels::NarrowType::kI8 && is_sensitive) format = CarefulFormat();
  const bool is_exact_on_amx = weights.type == WeightType::kI8 &&
                               BestDotUnit(kernels::NarrowType::kBf16) == kernels::DotUnit::kAmx;
  if (!format && is_exact_on_amx) format = kernels::kExactAmx;
  if (!pool_) pool_.emplace(UsableCores());
  if (format) {
    filter.narrow.emplace(weights, kernel, *format, *pool_);
  } else if (kernels::ToomCookFilter::Supports(kernel)) {
    filter.toom_cook.emplace(weights, kernel, *pool_);
  }
  if (filter.narrow || filter.toom_cook) {
    std::erase_if(parts_, [&](const auto& part) { return part.data() == weights.data; });
  }
  return filter;
}

size_t Binder::StyleColumn(const std::string& name, size_t width) {
  for (const StyleLayer& layer : StyleLayers()) {
    if (layer.name == name && layer.width == width) return layer.begin;
  }
  Fail(Internal("style layer '", name, "' of width ", width, " is not in the model's layout"));
  return 0;
}

Weights WeightsPart(const Weights& weights, size_t index, size_t count) {
  Weights part = weights;
  part.rows = weights.rows / count;
  part.data = static_cast<const std::byte*>(weights.data) +
              index * part.rows * weights.columns * kernels::WeightSize(weights.type);
  if (weights.scale.size() == count * weights.columns && count > 1) {
    part.scale = weights.scale.subspan(index * weights.columns, weights.columns);
  }
  return part;
}

}  // namespace litetts::model
