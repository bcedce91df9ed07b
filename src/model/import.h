#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace litetts::model {

// What a model file says of itself (docs/formats/model-file.md).
struct ModelInfo {
  struct TypeUse {
    size_t num_tensors = 0;
    uint64_t num_elements = 0;
    uint64_t num_bytes = 0;
  };
  std::string variant;
  std::string source_name;
  std::string source_sha256;
  std::string languages;  // separated by spaces
  std::string format_version;
  int sample_rate_hz = 0;
  uint64_t num_parameters = 0;
  uint64_t file_bytes = 0;
  size_t num_tensors = 0;
  std::map<std::string, TypeUse> types;  // by "F32", "I8", ...
};

// kNotFound, kDataLoss naming the tensor or offset, or kInvalidArgument for a file of another kind.
Result<ModelInfo> ReadModelInfo(const std::string& path);

// Reads an ONNX export of Kokoro-82M v1.0 (float32, float16, dynamic int8, static uint8, 4-bit
// blocks) and writes a model file. Nothing is quantised or rounded beyond what
// `docs/formats/model-file.md` says. Errors name the node, tensor or offset; the destination
// appears whole or not at all.
Result<ModelInfo> ImportOnnx(const std::string& source, const std::string& destination);

// The same for a source in memory, without writing: what a fuzzer calls.
Status CheckOnnx(std::span<const std::byte> source);

}  // namespace litetts::model
