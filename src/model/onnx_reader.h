#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.h"

namespace litetts::model {

// Element types of ONNX (TensorProto.DataType) that weights come in.
enum class OnnxType : int32_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kFloat16 = 10,
};
size_t OnnxElementSize(OnnxType type);

// A constant of the graph: an initialiser or the value of a Constant node. Borrows from the file.
struct OnnxTensor {
  std::string_view name;
  size_t offset = 0;      // of the tensor in the file, for errors
  int32_t data_type = 0;  // as stored; see `type()`
  std::vector<size_t> dims;
  std::span<const std::byte> bytes;  // little-endian elements
  std::vector<std::byte> unpacked;   // where `bytes` points if they were stored as varints
  bool is_external = false;

  size_t size() const;  // elements by `dims`
};

struct OnnxNode {
  std::string_view name;
  std::string_view op;
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> outputs;
  std::map<std::string_view, int64_t> attributes;  // the integer ones

  // Name of an input, empty if absent.
  std::string_view input(size_t slot) const {
    return slot < inputs.size() ? inputs[slot] : std::string_view();
  }
};

// The graph of an ONNX file with the indexes that binding weights needs. Borrows from the bytes it
// was parsed from.
class OnnxGraph {
 public:
  // `bytes` must outlive the graph. kDataLoss naming the offset or tensor; kResourceExhausted for a
  // graph far larger than this model family's.
  static Result<OnnxGraph> Parse(std::span<const std::byte> bytes);
  OnnxGraph(OnnxGraph&&) = default;
  OnnxGraph& operator=(OnnxGraph&&) = default;

  const std::vector<OnnxNode>& nodes() const { return nodes_; }
  const std::vector<OnnxTensor>& constants() const { return constants_; }

  const OnnxTensor* FindConstant(std::string_view value) const;  // null if absent
  const OnnxNode* Producer(std::string_view value) const;        // null if absent
  std::span<const OnnxNode* const> Consumers(std::string_view value) const;
  // Nodes PATH/NAME where NAME has no '/'.
  std::span<const OnnxNode* const> NodesIn(std::string_view path) const;

 private:
  OnnxGraph() = default;

  using NodeLists = std::unordered_map<std::string_view, std::vector<const OnnxNode*>>;

  Status ParseModel(std::span<const std::byte> bytes);
  void BuildIndexes();

  std::vector<OnnxNode> nodes_;
  std::vector<OnnxTensor> constants_;
  std::unordered_map<std::string_view, size_t> constant_by_name_;
  std::unordered_map<std::string_view, const OnnxNode*> producers_;
  NodeLists consumers_;
  NodeLists nodes_by_path_;
};

}  // namespace litetts::model
