#include "model/weight_layout.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace litetts::model {
namespace {

using Form = SourceTensor::Form;

constexpr float kMaxExactHalf = 2048.0f;  // integers up to here are halves

// The bits of a half that equals `value`. REQUIRES: there is one.
uint16_t HalfBits(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16u & 0x8000u;
  const uint32_t exponent = bits >> 23u & 0xFFu;
  const uint32_t fraction = bits & 0x7FFFFFu;
  if (exponent >= 113)
    return static_cast<uint16_t>(sign | (exponent - 112) << 10u | fraction >> 13u);
  if (exponent < 102) return static_cast<uint16_t>(sign);  // zero
  return static_cast<uint16_t>(sign |
                               (fraction | 0x800000u) >> (126u - exponent));  // a subnormal half
}

template <typename T>
std::vector<std::byte> Bytes(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {bytes.begin(), bytes.end()};
}

float ScaleOfColumn(const Weight& weight, size_t column) {
  if (weight.scale.empty()) return 1.0f;
  return weight.scale[weight.scale.size() == 1 ? 0 : column];
}

Status CheckFinite(const std::string& name, const std::vector<float>& values) {
  const auto bad = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
  if (bad == values.end()) return OkStatus();
  return DataLoss("tensor '", name, "': value ", bad - values.begin(), " is not finite");
}

}  // namespace

Weight Rearranged(const SourceTensor& source, std::vector<size_t> shape, size_t column_axis,
                  const std::function<size_t(size_t)>& source_index) {
  Weight weight{source.form, std::move(shape), {}, {}};
  const bool is_column_scale = source.scale.size() <= 1 || source.scale_axis == column_axis;
  size_t stride = 1;
  for (size_t i = source.scale_axis + 1; i < source.dims.size(); ++i) stride *= source.dims[i];
  weight.elements.resize(source.elements.size());
  for (size_t i = 0; i < weight.elements.size(); ++i) {
    const size_t from = source_index(i);
    weight.elements[i] = source.elements[from];
    if (!is_column_scale)
      weight.elements[i] *= source.ScaleAt(from / stride % source.dims[source.scale_axis]);
  }
  if (!is_column_scale) {
    weight.form = Form::kFloat;
  } else if (source.scale.size() <= 1) {
    weight.scale = source.scale;
  } else {
    for (size_t column = 0; column < weight.shape.back(); ++column) {
      weight.scale.push_back(source.scale[column % source.scale.size()]);
    }
  }
  return weight;
}

Weight SideBySide(const std::vector<Weight>& parts) {
  const size_t rows = parts[0].shape[0];
  const bool is_integer =
      std::ranges::all_of(parts, [](const Weight& part) { return part.form == Form::kInteger; });
  const bool is_half = std::ranges::all_of(
      parts, [](const Weight& part) { return part.form == Form::kHalf && part.scale.empty(); });
  size_t columns = 0;
  for (const Weight& part : parts) columns += part.shape[1];
  Weight weight{is_integer ? Form::kInteger
                : is_half  ? Form::kHalf
                           : Form::kFloat,
                {rows, columns},
                {},
                {}};
  weight.elements.resize(rows * columns);
  size_t begin = 0;
  for (const Weight& part : parts) {
    const size_t width = part.shape[1];
    for (size_t row = 0; row < rows; ++row) {
      for (size_t column = 0; column < width; ++column) {
        const float scale = is_integer ? 1.0f : ScaleOfColumn(part, column);
        weight.elements[row * columns + begin + column] =
            part.elements[row * width + column] * scale;
      }
    }
    for (size_t column = 0; is_integer && column < width; ++column) {
      weight.scale.push_back(ScaleOfColumn(part, column));
    }
    begin += width;
  }
  return weight;
}

std::vector<float> Values(const SourceTensor& source) {
  std::vector<float> values = source.elements;
  if (source.scale.empty()) return values;
  size_t stride = 1;
  for (size_t i = source.scale_axis + 1; i < source.dims.size(); ++i) stride *= source.dims[i];
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] *= source.ScaleAt(source.scale.size() == 1 ? 0 : i / stride % source.scale.size());
  }
  return values;
}

std::vector<float> Values(const Weight& weight) {
  std::vector<float> values = weight.elements;
  const size_t columns = weight.shape.back();
  for (size_t i = 0; i < values.size(); ++i) values[i] *= ScaleOfColumn(weight, i % columns);
  return values;
}

Status AppendFloats(const std::string& name, std::vector<size_t> shape,
                    const std::vector<float>& values, std::vector<OwnedTensor>& tensors) {
  LITETTS_RETURN_IF_ERROR(CheckFinite(name, values));
  tensors.push_back({name, DataType::kF32, std::move(shape), Bytes(values)});
  return OkStatus();
}

Status AppendWeight(const std::string& name, const Weight& weight,
                    std::vector<OwnedTensor>& tensors) {
  LITETTS_RETURN_IF_ERROR(CheckFinite(name, weight.elements));
  LITETTS_RETURN_IF_ERROR(CheckFinite(name + "_scale", weight.scale));
  const auto [low, high] = std::ranges::minmax(weight.elements);
  const bool is_byte = weight.form == Form::kInteger && low >= -128.0f && high <= 127.0f;
  const bool is_half =
      !is_byte && weight.form != Form::kFloat &&
      (weight.form == Form::kHalf || (low >= -kMaxExactHalf && high <= kMaxExactHalf));
  if (is_byte) {
    std::vector<int8_t> values(weight.elements.size());
    std::ranges::transform(weight.elements, values.begin(),
                           [](float value) { return static_cast<int8_t>(value); });
    tensors.push_back({name, DataType::kI8, weight.shape, Bytes(values)});
  } else if (is_half) {
    std::vector<uint16_t> values(weight.elements.size());
    std::ranges::transform(weight.elements, values.begin(), HalfBits);
    tensors.push_back({name, DataType::kF16, weight.shape, Bytes(values)});
  } else {
    return AppendFloats(name, weight.shape, Values(weight), tensors);
  }
  const std::vector<float> scale =
      is_byte && weight.scale.empty() ? std::vector<float>{1.0f} : weight.scale;
  if (scale.empty()) return OkStatus();
  // The two directions of an LSTM have the same columns, and a scale for each.
  const size_t columns = weight.shape.back();
  const std::vector<size_t> shape = scale.size() > columns
                                        ? std::vector{scale.size() / columns, columns}
                                        : std::vector{scale.size()};
  return AppendFloats(name + "_scale", shape, scale, tensors);
}

}  // namespace litetts::model
