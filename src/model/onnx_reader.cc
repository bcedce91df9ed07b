#include "model/onnx_reader.h"

#include <utility>

#include "model/wire_reader.h"

namespace litetts::model {
namespace {

// Field numbers of onnx.proto (github.com/onnx/onnx, IR version 3 and later).
namespace model_field {
constexpr uint32_t kGraph = 7;
}
namespace graph_field {
constexpr uint32_t kNode = 1;
constexpr uint32_t kInitializer = 5;
}  // namespace graph_field
namespace node_field {
constexpr uint32_t kInput = 1;
constexpr uint32_t kOutput = 2;
constexpr uint32_t kName = 3;
constexpr uint32_t kOp = 4;
constexpr uint32_t kAttribute = 5;
}  // namespace node_field
namespace attribute_field {
constexpr uint32_t kName = 1;
constexpr uint32_t kInteger = 3;
constexpr uint32_t kTensor = 5;
}  // namespace attribute_field
namespace tensor_field {
constexpr uint32_t kDims = 1;
constexpr uint32_t kDataType = 2;
constexpr uint32_t kFloatData = 4;
constexpr uint32_t kInt32Data = 5;
constexpr uint32_t kInt64Data = 7;
constexpr uint32_t kName = 8;
constexpr uint32_t kRawData = 9;
constexpr uint32_t kExternalData = 13;
constexpr uint32_t kDataLocation = 14;
}  // namespace tensor_field

// The int8 file has 3614 nodes and 775 initialisers.
constexpr size_t kMaxNodes = 100'000;
constexpr size_t kMaxConstants = 100'000;
constexpr size_t kMaxDimensions = 8;
constexpr size_t kMaxEdges = 1'000'000;  // inputs and outputs of all nodes

Status AddDimension(uint64_t value, OnnxTensor& tensor) {
  if (value > SIZE_MAX / 2 || tensor.dims.size() == kMaxDimensions) {
    return DataLoss("tensor '", tensor.name, "' at offset ", tensor.offset,
                    ": its dimensions are damaged");
  }
  tensor.dims.push_back(static_cast<size_t>(value));
  return OkStatus();
}

// int32_data holds one varint per element of a type of at most 32 bits, int64_data one per int64.
Status Unpack(WireReader field, OnnxTensor& tensor) {
  const size_t size = OnnxElementSize(static_cast<OnnxType>(tensor.data_type));
  uint64_t value = 0;
  while (size > 0 && field.NextPacked(value)) {
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    tensor.unpacked.insert(tensor.unpacked.end(), bytes, bytes + size);
  }
  return field.status();
}

Status ParseTensor(WireReader reader, OnnxTensor& tensor) {
  tensor.offset = reader.offset();
  std::vector<WireReader> packed;
  while (reader.Next()) {
    switch (reader.field()) {
      case tensor_field::kDims: {
        if (reader.is_varint()) {
          LITETTS_RETURN_IF_ERROR(AddDimension(reader.number(), tensor));
          break;
        }
        WireReader dims = reader.Message();
        for (uint64_t value = 0; dims.NextPacked(value);)
          LITETTS_RETURN_IF_ERROR(AddDimension(value, tensor));
        LITETTS_RETURN_IF_ERROR(dims.status());
        break;
      }
      case tensor_field::kDataType:
        tensor.data_type = static_cast<int32_t>(reader.number());
        break;
      case tensor_field::kName:
        tensor.name = reader.text();
        break;
      case tensor_field::kRawData:
      case tensor_field::kFloatData:
        tensor.bytes = reader.bytes();
        break;
      case tensor_field::kInt32Data:
      case tensor_field::kInt64Data:
        if (packed.size() < 2) packed.push_back(reader.Message());
        break;
      case tensor_field::kExternalData:
        tensor.is_external = true;
        break;
      case tensor_field::kDataLocation:
        tensor.is_external = reader.number() != 0;
        break;
      default:
        break;
    }
  }
  LITETTS_RETURN_IF_ERROR(reader.status());
  if (!tensor.bytes.empty()) return OkStatus();
  for (const WireReader& field : packed) LITETTS_RETURN_IF_ERROR(Unpack(field, tensor));
  tensor.bytes = tensor.unpacked;
  return OkStatus();
}

// Puts the value of a Constant node into `constant`.
Status ParseAttribute(WireReader reader, OnnxNode& node, OnnxTensor& constant) {
  std::string_view name;
  while (reader.Next()) {
    if (reader.field() == attribute_field::kName) name = reader.text();
    if (reader.field() == attribute_field::kInteger)
      node.attributes[name] = static_cast<int64_t>(reader.number());
    if (reader.field() == attribute_field::kTensor) {
      constant = {};
      LITETTS_RETURN_IF_ERROR(ParseTensor(reader.Message(), constant));
    }
  }
  return reader.status();
}

Status ParseNode(WireReader reader, OnnxNode& node, OnnxTensor& constant) {
  while (reader.Next()) {
    switch (reader.field()) {
      case node_field::kInput:
        node.inputs.push_back(reader.text());
        break;
      case node_field::kOutput:
        node.outputs.push_back(reader.text());
        break;
      case node_field::kName:
        node.name = reader.text();
        break;
      case node_field::kOp:
        node.op = reader.text();
        break;
      case node_field::kAttribute:
        LITETTS_RETURN_IF_ERROR(ParseAttribute(reader.Message(), node, constant));
        break;
      default:
        break;
    }
  }
  return reader.status();
}

}  // namespace

size_t OnnxElementSize(OnnxType type) {
  switch (type) {
    case OnnxType::kUint8:
    case OnnxType::kInt8:
      return 1;
    case OnnxType::kFloat16:
      return 2;
    case OnnxType::kFloat:
    case OnnxType::kInt32:
      return 4;
    case OnnxType::kInt64:
      return 8;
  }
  return 0;
}

size_t OnnxTensor::size() const {
  size_t size = 1;
  for (const size_t dimension : dims) {
    if (__builtin_mul_overflow(size, dimension, &size)) return SIZE_MAX;
  }
  return size;
}

Result<OnnxGraph> OnnxGraph::Parse(std::span<const std::byte> bytes) {
  OnnxGraph graph;
  LITETTS_RETURN_IF_ERROR(graph.ParseModel(bytes));
  if (graph.nodes_.empty()) return DataLoss("the file holds no ONNX graph");
  graph.BuildIndexes();
  return graph;
}

Status OnnxGraph::ParseModel(std::span<const std::byte> bytes) {
  size_t num_edges = 0;
  WireReader model(bytes, 0);
  while (model.Next()) {
    if (model.field() != model_field::kGraph) continue;
    WireReader graph = model.Message();
    while (graph.Next()) {
      if (nodes_.size() > kMaxNodes || constants_.size() > kMaxConstants || num_edges > kMaxEdges) {
        return ResourceExhausted("offset ", graph.offset(),
                                 ": the graph has far more nodes than this model");
      }
      if (graph.field() == graph_field::kInitializer) {
        LITETTS_RETURN_IF_ERROR(ParseTensor(graph.Message(), constants_.emplace_back()));
      } else if (graph.field() == graph_field::kNode) {
        OnnxTensor constant;
        OnnxNode& node = nodes_.emplace_back();
        LITETTS_RETURN_IF_ERROR(ParseNode(graph.Message(), node, constant));
        num_edges += node.inputs.size() + node.outputs.size() + node.attributes.size();
        if (node.op == "Constant" && node.outputs.size() == 1) {
          constant.name = node.outputs[0];
          constants_.push_back(std::move(constant));
        }
      }
    }
    LITETTS_RETURN_IF_ERROR(graph.status());
  }
  return model.status();
}

void OnnxGraph::BuildIndexes() {
  for (size_t i = 0; i < constants_.size(); ++i) constant_by_name_.emplace(constants_[i].name, i);
  for (const OnnxNode& node : nodes_) {
    for (const std::string_view output : node.outputs) producers_.emplace(output, &node);
    for (const std::string_view input : node.inputs) consumers_[input].push_back(&node);
    if (const size_t slash = node.name.rfind('/'); slash != std::string_view::npos) {
      nodes_by_path_[node.name.substr(0, slash)].push_back(&node);
    }
  }
}

const OnnxTensor* OnnxGraph::FindConstant(std::string_view value) const {
  const auto found = constant_by_name_.find(value);
  return found == constant_by_name_.end() ? nullptr : &constants_[found->second];
}

const OnnxNode* OnnxGraph::Producer(std::string_view value) const {
  const auto found = producers_.find(value);
  return found == producers_.end() ? nullptr : found->second;
}

std::span<const OnnxNode* const> OnnxGraph::Consumers(std::string_view value) const {
  const auto found = consumers_.find(value);
  return found == consumers_.end() ? std::span<const OnnxNode* const>() : found->second;
}

std::span<const OnnxNode* const> OnnxGraph::NodesIn(std::string_view path) const {
  const auto found = nodes_by_path_.find(path);
  return found == nodes_by_path_.end() ? std::span<const OnnxNode* const>() : found->second;
}

}  // namespace litetts::model
