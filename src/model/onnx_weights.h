#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/onnx_reader.h"

namespace litetts::model {

// A weight with every element exactly as the graph stores it; its value is element * scale.
struct SourceTensor {
  enum class Form { kFloat, kHalf, kInteger };

  std::string name;  // of the constant or node, for errors
  Form form = Form::kFloat;
  std::vector<size_t> dims;
  std::vector<float> elements;  // integers without their zero point
  std::vector<float> scale;     // empty: 1; one: for all; else one per index of `scale_axis`
  size_t scale_axis = 0;

  // Scale of the element at `index` of the scale's axis.
  float ScaleAt(size_t index) const {
    return scale.empty() ? 1.0f : scale[scale.size() == 1 ? 0 : index];
  }
};

// Which ways of storing weights were met; decides the model file's variant.
struct QuantisationSeen {
  bool has_half = false;
  bool has_dynamic = false;  // ConvInteger, MatMulInteger, DynamicQuantizeLSTM
  bool has_static = false;   // QLinear operators or QuantizeLinear and DequantizeLinear
  bool has_blocks = false;   // MatMulNBits
};

// Takes weights out of a graph by node and input slot, whatever the form in which exporters and
// quantisers leave them. One thread. `graph` must outlive it. All errors are kDataLoss or
// kUnimplemented and name the node or tensor.
class OnnxWeights {
 public:
  explicit OnnxWeights(const OnnxGraph& graph) : graph_(graph) {}

  enum class LayerKind { kProduct, kEmbedding, kLstm };
  // The node of module `path` that holds its weight, convolutions being products too. Null if
  // absent.
  const OnnxNode* FindLayer(std::string_view path, LayerKind kind) const;

  // The layer's weight: convolutions [out, in, kernel] (transposed ones [in, out, kernel]),
  // products [in, out], embeddings [rows, width].
  Result<SourceTensor> Weight(const OnnxNode& node);
  // What the layer adds to its product.
  Result<SourceTensor> Bias(const OnnxNode& node);

  // W and R as [2, in, 4 * hidden] and [2, hidden, 4 * hidden], B as [2, 8 * hidden]; gates i, o,
  // f, c.
  struct Lstm {
    SourceTensor input;
    SourceTensor recurrent;
    SourceTensor bias;
  };
  Result<Lstm> LstmWeights(const OnnxNode& node);

  // The constant that an exporter or quantiser named after the checkpoint's `name`, or none.
  std::optional<SourceTensor> Named(const std::string& name);
  // The constant behind a value, through casts, dequantisation and the like.
  Result<SourceTensor> Value(std::string_view value);

  const QuantisationSeen& seen() const { return seen_; }

 private:
  struct Slots {
    size_t value;
    size_t scale;
    size_t zero_point;
  };
  Result<SourceTensor> ReadConstant(const OnnxTensor& tensor);
  Result<SourceTensor> Dequantised(std::string_view value, std::string_view scale,
                                   std::string_view zero_point, size_t axis);
  Result<SourceTensor> FromSlots(const OnnxNode& node, const Slots& slots, size_t axis) {
    return Dequantised(node.input(slots.value), node.input(slots.scale),
                       node.input(slots.zero_point), axis);
  }
  Result<SourceTensor> Blocks(const OnnxNode& node);
  Result<SourceTensor> Embedding(const OnnxNode& node);
  Result<SourceTensor> Int32Bias(const OnnxNode& node, size_t slot);
  Result<SourceTensor> AddedAfter(const OnnxNode& node);
  Result<std::string_view> IntegerScale(const OnnxNode& node) const;

  const OnnxGraph& graph_;
  QuantisationSeen seen_;
};

// Swaps the last two dimensions of [rows, columns] or [n, rows, columns].
SourceTensor Transposed(const SourceTensor& tensor);

}  // namespace litetts::model
