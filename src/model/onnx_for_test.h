#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litetts::model {

// Writes small ONNX files for tests.
class OnnxBuilder {
 public:
  void Tensor(std::string_view name, int type, const std::vector<size_t>& dims,
              std::string_view raw) {
    std::string tensor;
    for (const size_t dim : dims) tensor += Varint(1, dim);
    tensor += Varint(2, static_cast<uint64_t>(type)) + Bytes(8, name) + Bytes(9, raw);
    graph_ += Bytes(5, tensor);
  }
  void Floats(std::string_view name, const std::vector<size_t>& dims,
              const std::vector<float>& values) {
    Tensor(name, 1, dims,
           {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
  }
  // Stored as varints in int32_data.
  void Varints(std::string_view name, int type, const std::vector<size_t>& dims,
               const std::vector<uint64_t>& values) {
    std::string packed;
    for (const uint64_t value : values) packed += Number(value);
    std::string tensor;
    for (const size_t dim : dims) tensor += Varint(1, dim);
    graph_ += Bytes(
        5, tensor + Varint(2, static_cast<uint64_t>(type)) + Bytes(5, packed) + Bytes(8, name));
  }
  void External(std::string_view name, const std::vector<size_t>& dims) {
    std::string tensor;
    for (const size_t dim : dims) tensor += Varint(1, dim);
    graph_ += Bytes(5, tensor + Varint(2, 1) + Bytes(8, name) + Bytes(13, "") + Varint(14, 1));
  }
  void Node(std::string_view op, std::string_view name,
            std::initializer_list<std::string_view> inputs,
            std::initializer_list<std::string_view> outputs,
            std::initializer_list<std::pair<std::string_view, int64_t>> attributes = {}) {
    std::string node;
    for (const std::string_view input : inputs) node += Bytes(1, input);
    for (const std::string_view output : outputs) node += Bytes(2, output);
    node += Bytes(3, name) + Bytes(4, op);
    for (const auto& [key, value] : attributes) {
      node += Bytes(5, Bytes(1, key) + Varint(3, static_cast<uint64_t>(value)) + Varint(20, 2));
    }
    graph_ += Bytes(1, node);
  }
  // A dimension of 0 is free.
  void Input(std::string_view name, int type, const std::vector<size_t>& dims) {
    graph_ += Bytes(11, ValueInfo(name, type, dims));
  }
  void Output(std::string_view name, int type, const std::vector<size_t>& dims) {
    graph_ += Bytes(12, ValueInfo(name, type, dims));
  }
  std::string Model() const { return Varint(1, 9) + Bytes(7, graph_); }
  // With what ONNX Runtime asks for: a name and the version of the operators.
  std::string RunnableModel() const {
    return Varint(1, 8) + Bytes(7, graph_ + Bytes(2, "graph")) + Bytes(8, Varint(2, 17));
  }

 private:
  static std::string ValueInfo(std::string_view name, int type, const std::vector<size_t>& dims) {
    std::string shape;
    for (const size_t dim : dims) shape += Bytes(1, dim == 0 ? Bytes(2, "n") : Varint(1, dim));
    const std::string tensor = Varint(1, static_cast<uint64_t>(type)) + Bytes(2, shape);
    return Bytes(1, name) + Bytes(2, Bytes(1, tensor));
  }
  static std::string Number(uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7u) out += static_cast<char>(value | 0x80u);
    return out + static_cast<char>(value);
  }
  static std::string Varint(uint64_t field, uint64_t value) {
    return Number(field << 3u) + Number(value);
  }
  static std::string Bytes(uint64_t field, std::string_view bytes) {
    return Number(field << 3u | 2u) + Number(bytes.size()) + std::string(bytes);
  }
  std::string graph_;
};

}  // namespace litetts::model
