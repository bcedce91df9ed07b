// The ONNX reader and what takes weights out of a graph: every layer that the bytes hold is read.
#include <cstdint>
#include <span>

#include "model/import.h"
#include "model/onnx_reader.h"
#include "model/onnx_weights.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace litetts::model;
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  const litetts::Result<OnnxGraph> graph = OnnxGraph::Parse(bytes);
  if (!graph.ok()) return 0;
  OnnxWeights weights(graph.value());
  for (const OnnxNode& node : graph.value().nodes()) {
    static_cast<void>(weights.Weight(node).ok());
    static_cast<void>(weights.Bias(node).ok());
    static_cast<void>(weights.LstmWeights(node).ok());
  }
  for (const OnnxTensor& constant : graph.value().constants()) {
    static_cast<void>(weights.Named(std::string(constant.name)));
  }
  static_cast<void>(CheckOnnx(bytes).ok());
  return 0;
}
