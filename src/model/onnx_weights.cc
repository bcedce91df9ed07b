#include "model/onnx_weights.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "kernels/weights.h"

namespace litetts::model {
namespace {

constexpr int kMaxSteps = 16;  // nodes between a constant and its use; more is a loop

bool IsOneOf(std::string_view op, std::initializer_list<std::string_view> ops) {
  return std::ranges::find(ops, op) != ops.end();
}

bool HoldsWeight(std::string_view op, OnnxWeights::LayerKind kind) {
  switch (kind) {
    case OnnxWeights::LayerKind::kEmbedding:
      return op == "Gather";
    case OnnxWeights::LayerKind::kLstm:
      return IsOneOf(op, {"LSTM", "DynamicQuantizeLSTM"});
    case OnnxWeights::LayerKind::kProduct:
      break;
  }
  return IsOneOf(op, {"Conv", "ConvInteger", "ConvTranspose", "Gemm", "MatMul", "MatMulInteger",
                      "MatMulNBits", "QGemm", "QLinearConv", "QLinearMatMul"});
}

int64_t Attribute(const OnnxNode& node, std::string_view name, int64_t otherwise) {
  const auto found = node.attributes.find(name);
  return found == node.attributes.end() ? otherwise : found->second;
}

Status At(const OnnxNode& node, const Status& status) {
  return Status(status.code(),
                Concat("node '", node.name, "' (", node.op, "): ", status.message()));
}

template <typename T>
void Convert(std::span<const std::byte> bytes, std::vector<float>& elements) {
  for (size_t i = 0; i < elements.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    elements[i] = static_cast<float>(value);
  }
}

// How many elements lie between two neighbours along `axis`.
size_t Stride(const SourceTensor& tensor, size_t axis) {
  size_t stride = 1;
  for (size_t i = axis + 1; i < tensor.dims.size(); ++i) stride *= tensor.dims[i];
  return stride;
}

}  // namespace

SourceTensor Transposed(const SourceTensor& tensor) {
  SourceTensor out = tensor;
  const size_t rank = tensor.dims.size();
  const size_t rows = tensor.dims[rank - 2];
  const size_t columns = tensor.dims[rank - 1];
  std::swap(out.dims[rank - 2], out.dims[rank - 1]);
  if (tensor.scale_axis + 2 == rank) out.scale_axis = rank - 1;
  if (tensor.scale_axis + 1 == rank) out.scale_axis = rank - 2;
  for (size_t begin = 0; begin < tensor.elements.size(); begin += rows * columns) {
    for (size_t row = 0; row < rows; ++row) {
      for (size_t column = 0; column < columns; ++column) {
        out.elements[begin + column * rows + row] = tensor.elements[begin + row * columns + column];
      }
    }
  }
  return out;
}

const OnnxNode* OnnxWeights::FindLayer(std::string_view path, LayerKind kind) const {
  for (const OnnxNode* node : graph_.NodesIn(path)) {
    if (HoldsWeight(node->op, kind)) return node;
  }
  return nullptr;
}

Result<SourceTensor> OnnxWeights::ReadConstant(const OnnxTensor& tensor) {
  SourceTensor out;
  out.name = tensor.name;
  out.dims = tensor.dims;
  if (tensor.is_external) {
    return Unimplemented("tensor '", tensor.name,
                         "' lies in another file; save the model as one file");
  }
  const size_t element_size = OnnxElementSize(static_cast<OnnxType>(tensor.data_type));
  if (element_size == 0) {
    return Unimplemented("tensor '", tensor.name, "': ONNX type ", tensor.data_type,
                         " is not supported");
  }
  const size_t size = tensor.size();
  if (size > tensor.bytes.size() || size * element_size != tensor.bytes.size()) {
    return DataLoss("tensor '", tensor.name, "' at offset ", tensor.offset, ": its ",
                    tensor.bytes.size(), " bytes do not fit its shape");
  }
  out.elements.resize(size);
  out.form = SourceTensor::Form::kInteger;
  switch (static_cast<OnnxType>(tensor.data_type)) {
    case OnnxType::kFloat:
      out.form = SourceTensor::Form::kFloat;
      Convert<float>(tensor.bytes, out.elements);
      break;
    case OnnxType::kFloat16:
      out.form = SourceTensor::Form::kHalf;
      seen_.has_half = true;
      for (size_t i = 0; i < size; ++i) {
        uint16_t bits;
        std::memcpy(&bits, tensor.bytes.data() + i * sizeof(bits), sizeof(bits));
        out.elements[i] = kernels::HalfToFloat(bits);
      }
      break;
    case OnnxType::kUint8:
      Convert<uint8_t>(tensor.bytes, out.elements);
      break;
    case OnnxType::kInt8:
      Convert<int8_t>(tensor.bytes, out.elements);
      break;
    case OnnxType::kInt32:
      Convert<int32_t>(tensor.bytes, out.elements);
      break;
    case OnnxType::kInt64:
      Convert<int64_t>(tensor.bytes, out.elements);
      break;
  }
  return out;
}

Result<SourceTensor> OnnxWeights::Value(std::string_view value) {
  for (int step = 0; step < kMaxSteps; ++step) {
    if (const OnnxTensor* tensor = graph_.FindConstant(value)) return ReadConstant(*tensor);
    const OnnxNode* node = graph_.Producer(value);
    if (node == nullptr) return DataLoss("value '", value, "' is no constant of the graph");
    if (node->op == "DequantizeLinear") {
      // Of a constant, so that a damaged graph cannot make this call itself for ever.
      if (graph_.FindConstant(node->input(0)) == nullptr) {
        return Unimplemented("node '", node->name, "' dequantises no constant");
      }
      seen_.has_static = true;
      const auto axis = static_cast<size_t>(Attribute(*node, "axis", 1));
      Result<SourceTensor> tensor =
          FromSlots(*node, {.value = 0, .scale = 1, .zero_point = 2}, axis);
      return tensor.ok() ? std::move(tensor) : At(*node, tensor.status());
    }
    // Div, Floor and the like: dynamic quantisation turns a float bias into int32 while it runs;
    // the float is wanted.
    if (!IsOneOf(node->op, {"Cast", "Div", "Floor", "Identity", "Reshape", "Round", "Squeeze",
                            "Unsqueeze"})) {
      return Unimplemented("value '", value, "' is computed by a ", node->op, ", not a constant");
    }
    value = node->input(0);
  }
  return DataLoss("value '", value, "' is part of a loop");
}

std::optional<SourceTensor> OnnxWeights::Named(const std::string& name) {
  for (const char* prefix : {"kmodel.", "encoder.", "decoder.", ""}) {
    const std::string full = prefix + name;
    const bool is_quantised = graph_.FindConstant(full + "_quantized") != nullptr;
    if (!is_quantised && graph_.FindConstant(full) == nullptr && graph_.Producer(full) == nullptr) {
      continue;
    }
    Result<SourceTensor> tensor =
        is_quantised ? Dequantised(full + "_quantized", full + "_scale", full + "_zero_point", 0)
                     : Value(full);
    if (!tensor.ok()) continue;  // the name means something else: the node decides
    seen_.has_static |= is_quantised;
    return std::move(*tensor);
  }
  return std::nullopt;
}

Result<SourceTensor> OnnxWeights::Dequantised(std::string_view value, std::string_view scale,
                                              std::string_view zero_point, size_t axis) {
  for (const std::string_view part : {scale, zero_point}) {
    if (!part.empty() && graph_.FindConstant(part) == nullptr) {
      return Unimplemented("value '", part, "', a scale or zero point, is no constant");
    }
  }
  LITETTS_ASSIGN_OR_RETURN(SourceTensor tensor, Value(value));
  LITETTS_ASSIGN_OR_RETURN(const SourceTensor scales, Value(scale));
  if (tensor.form != SourceTensor::Form::kInteger || !tensor.scale.empty()) {
    return DataLoss("tensor '", tensor.name, "' has a scale, but no integers");
  }
  if (tensor.dims.size() < 2 && scales.elements.size() == 1) axis = 0;
  if (axis >= tensor.dims.size() && scales.elements.size() != 1) {
    return Unimplemented("tensor '", tensor.name,
                         "': its quantisation axis is not one of its dimensions");
  }
  const auto fits = [&](size_t size) {
    return size == 1 || (axis < tensor.dims.size() && size == tensor.dims[axis]);
  };
  if (scales.form == SourceTensor::Form::kInteger || !fits(scales.elements.size())) {
    return Unimplemented("tensor '", tensor.name, "': its ", scales.elements.size(),
                         " scales are neither one nor one per channel");
  }
  tensor.scale = scales.elements;
  tensor.scale_axis = axis;
  if (zero_point.empty()) return tensor;
  LITETTS_ASSIGN_OR_RETURN(const SourceTensor zeros, Value(zero_point));
  if (!fits(zeros.elements.size()))
    return DataLoss("tensor '", zeros.name, "': a zero point too many or too few");
  if (zeros.elements.size() == 1) {
    for (float& element : tensor.elements) element -= zeros.elements[0];
    return tensor;
  }
  const size_t stride = Stride(tensor, axis);
  for (size_t i = 0; i < tensor.elements.size(); ++i) {
    tensor.elements[i] -= zeros.elements[i / stride % tensor.dims[axis]];
  }
  return tensor;
}

// The scale that the integer product's output is multiplied by: NODE -> [Add ->] Cast -> Mul(.,
// Mul(x scale, w scale)).
Result<std::string_view> OnnxWeights::IntegerScale(const OnnxNode& node) const {
  std::string_view value = node.outputs.empty() ? std::string_view() : node.outputs[0];
  for (int step = 0; step < kMaxSteps; ++step) {
    const auto consumers = graph_.Consumers(value);
    if (consumers.empty() || consumers[0]->outputs.empty()) break;
    const OnnxNode& next = *consumers[0];
    if (next.op == "Mul") {
      const OnnxNode* product = graph_.Producer(next.input(next.input(0) == value ? 1 : 0));
      if (product == nullptr || product->op != "Mul") break;
      for (const std::string_view input : product->inputs) {
        if (graph_.FindConstant(input) != nullptr) return input;
      }
      break;
    }
    if (!IsOneOf(next.op, {"Add", "Cast"})) break;
    value = next.outputs[0];
  }
  return Unimplemented("no scale of the weight is found behind it");
}

Result<SourceTensor> OnnxWeights::Weight(const OnnxNode& node) {
  const auto read = [&]() -> Result<SourceTensor> {
    const bool is_transposed = Attribute(node, "transB", 0) != 0;
    if (IsOneOf(node.op, {"Conv", "ConvTranspose", "MatMul"})) return Value(node.input(1));
    if (node.op == "Gather") return Embedding(node);
    if (node.op == "MatMulNBits") return Blocks(node);
    if (IsOneOf(node.op, {"ConvInteger", "MatMulInteger"})) {
      seen_.has_dynamic = true;
      LITETTS_ASSIGN_OR_RETURN(const std::string_view scale, IntegerScale(node));
      return Dequantised(node.input(1), scale, node.input(3), node.op == "ConvInteger" ? 0 : 1);
    }
    if (IsOneOf(node.op, {"QLinearConv", "QLinearMatMul"})) {
      seen_.has_static = true;
      return FromSlots(node, {.value = 3, .scale = 4, .zero_point = 5},
                       node.op == "QLinearConv" ? 0 : 1);
    }
    if (!IsOneOf(node.op, {"Gemm", "QGemm"})) return Unimplemented("its weight cannot be read");
    seen_.has_static |= node.op == "QGemm";
    Result<SourceTensor> tensor =
        node.op == "Gemm"
            ? Value(node.input(1))
            : FromSlots(node, {.value = 3, .scale = 4, .zero_point = 5}, is_transposed ? 0 : 1);
    if (!tensor.ok() || !is_transposed) return tensor;
    if (tensor->dims.size() != 2) return DataLoss("tensor '", tensor->name, "' is no matrix");
    return Transposed(*tensor);
  };
  Result<SourceTensor> tensor = read();
  return tensor.ok() ? std::move(tensor) : At(node, tensor.status());
}

// Rows of integers are dequantised after they were picked.
Result<SourceTensor> OnnxWeights::Embedding(const OnnxNode& node) {
  LITETTS_ASSIGN_OR_RETURN(SourceTensor tensor, Value(node.input(0)));
  if (tensor.form != SourceTensor::Form::kInteger || !tensor.scale.empty()) return tensor;
  for (const OnnxNode* next : graph_.Consumers(node.outputs.empty() ? "" : node.outputs[0])) {
    if (next->op == "DequantizeLinear")
      return Dequantised(node.input(0), next->input(1), next->input(2), 1);
  }
  return Unimplemented("its integers are not dequantised behind it");
}

// B [N, blocks, block / 2] holds two 4-bit numbers a byte, the lower half first; scales and zero
// points [N, blocks].
Result<SourceTensor> OnnxWeights::Blocks(const OnnxNode& node) {
  seen_.has_blocks = true;
  const auto bits = Attribute(node, "bits", 4);
  const auto inputs = static_cast<size_t>(Attribute(node, "K", 0));
  const auto outputs = static_cast<size_t>(Attribute(node, "N", 0));
  const auto block = static_cast<size_t>(Attribute(node, "block_size", 0));
  constexpr size_t kMaxSide = 1 << 16;
  if (bits != 4 || inputs == 0 || inputs > kMaxSide || outputs == 0 || outputs > kMaxSide ||
      block < 16 || block > kMaxSide || block % 2 != 0) {
    return Unimplemented("", bits, " bits in blocks of ", block, " with K ", inputs, " and N ",
                         outputs, " are not supported");
  }
  if (!node.input(4).empty()) return Unimplemented("a reordered weight (g_idx) is not supported");
  LITETTS_ASSIGN_OR_RETURN(const SourceTensor packed, Value(node.input(1)));
  LITETTS_ASSIGN_OR_RETURN(const SourceTensor scales, Value(node.input(2)));
  const size_t num_blocks = (inputs + block - 1) / block;
  const size_t zero_row = (num_blocks + 1) / 2;
  SourceTensor zeros;
  if (!node.input(3).empty()) {
    LITETTS_ASSIGN_OR_RETURN(zeros, Value(node.input(3)));
  }
  if (packed.elements.size() != outputs * num_blocks * (block / 2) ||
      scales.elements.size() != outputs * num_blocks ||
      (!zeros.elements.empty() && zeros.elements.size() != outputs * zero_row)) {
    return DataLoss("tensor '", packed.name, "', its scales or zero points do not fit K and N");
  }
  for (const SourceTensor* bytes : {&packed, static_cast<const SourceTensor*>(&zeros)}) {
    const auto is_byte = [](float value) { return value >= 0.0f && value <= 255.0f; };
    if (!std::all_of(bytes->elements.begin(), bytes->elements.end(), is_byte)) {
      return DataLoss("tensor '", bytes->name, "' holds values that are no bytes");
    }
  }
  const auto nibble = [](const std::vector<float>& bytes, size_t byte, size_t half) {
    return static_cast<float>((static_cast<unsigned>(bytes[byte]) >> (4 * half)) & 15u);
  };
  SourceTensor out;
  out.name = packed.name;
  out.dims = {inputs, outputs};
  out.elements.resize(inputs * outputs);
  for (size_t column = 0; column < outputs; ++column) {
    for (size_t row = 0; row < inputs; ++row) {
      const size_t b = row / block;
      const float q = nibble(packed.elements,
                             (column * num_blocks + b) * (block / 2) + row % block / 2, row % 2);
      const float zero =
          zeros.elements.empty() ? 8.0f : nibble(zeros.elements, column * zero_row + b / 2, b % 2);
      out.elements[row * outputs + column] = (q - zero) * scales.elements[column * num_blocks + b];
    }
  }
  return out;
}

// An int32 bias has the scale of the product: activation scale x weight scale.
Result<SourceTensor> OnnxWeights::Int32Bias(const OnnxNode& node, size_t slot) {
  LITETTS_ASSIGN_OR_RETURN(SourceTensor bias, Value(node.input(slot)));
  if (bias.form != SourceTensor::Form::kInteger) return bias;
  LITETTS_ASSIGN_OR_RETURN(const SourceTensor x_scale, Value(node.input(1)));
  LITETTS_ASSIGN_OR_RETURN(const SourceTensor w_scale, Value(node.input(4)));
  if (x_scale.elements.size() != 1 ||
      (w_scale.elements.size() != 1 && w_scale.elements.size() != bias.elements.size())) {
    return DataLoss("tensor '", bias.name, "': its scales do not fit");
  }
  for (const float scale : w_scale.elements) bias.scale.push_back(scale * x_scale.elements[0]);
  return bias;
}

Result<SourceTensor> OnnxWeights::AddedAfter(const OnnxNode& node) {
  std::string_view value = node.outputs.empty() ? std::string_view() : node.outputs[0];
  for (int step = 0; step < kMaxSteps; ++step) {
    const auto consumers = graph_.Consumers(value);
    if (consumers.empty() || consumers[0]->outputs.empty()) break;
    const OnnxNode& next = *consumers[0];
    if (next.op == "Add") return Value(next.input(next.input(0) == value ? 1 : 0));
    if (next.op == "FastGelu" || next.op == "BiasGelu") return Value(next.input(1));
    if (next.op == "SkipLayerNormalization") return Value(next.input(4));
    if (next.op == "QLinearAdd") {
      const size_t slot = next.input(0) == value ? 3 : 0;
      return FromSlots(next, {.value = slot, .scale = slot + 1, .zero_point = slot + 2}, 0);
    }
    if (!IsOneOf(next.op, {"Cast", "Mul", "QuantizeLinear", "DequantizeLinear"})) break;
    value = next.outputs[0];
  }
  return Unimplemented("no bias is found behind it");
}

Result<SourceTensor> OnnxWeights::Bias(const OnnxNode& node) {
  const auto read = [&]() -> Result<SourceTensor> {
    if (node.op == "QLinearConv") return Int32Bias(node, 8);
    if (node.op == "QGemm") return Int32Bias(node, 6);
    if (IsOneOf(node.op, {"Conv", "ConvTranspose", "Gemm"}) && !node.input(2).empty())
      return Value(node.input(2));
    if (node.op == "MatMulNBits" && !node.input(5).empty()) return Value(node.input(5));
    return AddedAfter(node);
  };
  Result<SourceTensor> tensor = read();
  return tensor.ok() ? std::move(tensor) : At(node, tensor.status());
}

Result<OnnxWeights::Lstm> OnnxWeights::LstmWeights(const OnnxNode& node) {
  const auto read = [&]() -> Result<Lstm> {
    Lstm lstm;
    if (node.op == "DynamicQuantizeLSTM") {
      seen_.has_dynamic = true;
      LITETTS_ASSIGN_OR_RETURN(lstm.input,
                               FromSlots(node, {.value = 1, .scale = 8, .zero_point = 9}, 0));
      LITETTS_ASSIGN_OR_RETURN(lstm.recurrent,
                               FromSlots(node, {.value = 2, .scale = 10, .zero_point = 11}, 0));
    } else if (node.op == "LSTM") {
      LITETTS_ASSIGN_OR_RETURN(lstm.input, Value(node.input(1)));
      LITETTS_ASSIGN_OR_RETURN(lstm.recurrent, Value(node.input(2)));
      if (lstm.input.dims.size() != 3 || lstm.recurrent.dims.size() != 3)
        return DataLoss("its weights are no cubes");
      lstm.input = Transposed(lstm.input);
      lstm.recurrent = Transposed(lstm.recurrent);
    } else {
      return Unimplemented("it is no LSTM");
    }
    LITETTS_ASSIGN_OR_RETURN(lstm.bias, Value(node.input(3)));
    return lstm;
  };
  Result<Lstm> lstm = read();
  return lstm.ok() ? std::move(lstm) : At(node, lstm.status());
}

}  // namespace litetts::model
