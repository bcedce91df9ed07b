#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/onnx_weights.h"
#include "model/tensor_file.h"

namespace litetts::model {

// A tensor that owns its bytes, on the way into a file.
struct OwnedTensor {
  std::string name;
  DataType type = DataType::kF32;
  std::vector<size_t> shape;
  std::vector<std::byte> bytes;

  Tensor View() const { return {name, type, shape, bytes}; }
};

// A weight in the order of the model file: value = element * scale of its column (the last
// dimension).
struct Weight {
  SourceTensor::Form form = SourceTensor::Form::kFloat;
  std::vector<size_t> shape;
  std::vector<float> elements;
  std::vector<float> scale;  // empty: 1; one; one per column; LSTM: one per direction and column
};

// Element i of the result is element source_index(i) of the source. `column_axis` is the source's
// axis that the columns come from, repeated as often as it takes; scales along any other axis are
// multiplied in.
Weight Rearranged(const SourceTensor& source, std::vector<size_t> shape, size_t column_axis,
                  const std::function<size_t(size_t)>& source_index);

// The columns of [rows, columns] weights side by side. REQUIRES: the same number of rows.
Weight SideBySide(const std::vector<Weight>& parts);

// The effective values, rounded to float once.
std::vector<float> Values(const SourceTensor& source);
std::vector<float> Values(const Weight& weight);

// NAME as int8 or half with NAME_scale, or as float: the smallest that keeps every element.
// kDataLoss if a value is not finite.
Status AppendWeight(const std::string& name, const Weight& weight,
                    std::vector<OwnedTensor>& tensors);
// NAME as float.
Status AppendFloats(const std::string& name, std::vector<size_t> shape,
                    const std::vector<float>& values, std::vector<OwnedTensor>& tensors);

}  // namespace litetts::model
