#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/status.h"

namespace litetts::model {

enum class DataType { kF32, kF16, kBf16, kI8, kU8, kI32, kI64 };
size_t ElementSize(DataType type);
std::string_view DataTypeName(DataType type);  // "F32", ... as safetensors spells it

// The DataType that a C++ element type is stored as.
template <typename T>
struct DataTypeOf;
template <>
struct DataTypeOf<float> {
  static constexpr DataType kValue = DataType::kF32;
};
template <>
struct DataTypeOf<int8_t> {
  static constexpr DataType kValue = DataType::kI8;
};
template <>
struct DataTypeOf<uint8_t> {
  static constexpr DataType kValue = DataType::kU8;
};
template <>
struct DataTypeOf<int32_t> {
  static constexpr DataType kValue = DataType::kI32;
};
template <>
struct DataTypeOf<int64_t> {
  static constexpr DataType kValue = DataType::kI64;
};

// A borrowed view of one tensor: row-major, little-endian, 64-byte aligned.
struct Tensor {
  std::string name;
  DataType type = DataType::kF32;
  std::vector<size_t> shape;  // slowest first
  std::span<const std::byte> bytes;

  size_t size() const { return bytes.size() / ElementSize(type); }  // elements
  // REQUIRES: type is T's.
  template <typename T>
  std::span<const T> As() const {
    LITETTS_CHECK(type == DataTypeOf<T>::kValue);
    return {reinterpret_cast<const T*>(bytes.data()), size()};
  }
};

std::string ShapeString(std::span<const size_t> shape);  // "[2, 640, 1024]"

// The tensors of a safetensors file that WriteTensorFile() wrote (docs/formats/tensor-file.md).
// Immutable, thread-safe.
class TensorFile {
 public:
  // Maps the file. kNotFound, kPermissionDenied, or kDataLoss naming the tensor or offset.
  static Result<TensorFile> Open(const std::string& path);
  // The same for bytes in memory, 64-byte aligned, that must outlive the TensorFile.
  static Result<TensorFile> Parse(std::span<const std::byte> bytes);

  std::span<const Tensor> tensors() const { return tensors_; }  // by name, padding left out
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  std::string_view Metadata(const std::string& key) const;  // empty if absent

  const Tensor* Find(std::string_view name) const;  // null if absent
  // MappedFile::ReleasePages(); nothing after CopyToMemory().
  void ReleasePages() const {
    if (is_copied_) return;
    for (const MappedFile& file : file_) file.ReleasePages();
  }
  // Makes these pages of the file (PagesOf() of tensors) private ones: MakePrivate().
  Status CopyToMemory(std::span<const std::span<const std::byte>> pages);
  // kDataLoss unless there is such a tensor of exactly this type and shape.
  Result<Tensor> Get(std::string_view name, DataType type, std::span<const size_t> shape) const;
  template <typename T>
  Result<std::span<const T>> Get(std::string_view name, std::initializer_list<size_t> shape) const {
    LITETTS_ASSIGN_OR_RETURN(const Tensor tensor, Get(name, DataTypeOf<T>::kValue,
                                                      std::span(shape.begin(), shape.size())));
    return tensor.As<T>();
  }

 private:
  explicit TensorFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  Status ParseHeader();
  Status CheckCoverage(size_t data_begin);

  std::vector<MappedFile> file_;  // one, or none for Parse()
  bool is_copied_ = false;        // pages of it are private: to release them would lose them
  std::span<const std::byte> bytes_;
  std::vector<Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
};

// Writes tensors in the given order, each 64-byte aligned; the same input gives the same bytes. The
// file appears whole or not at all. kInvalidArgument for a repeated or reserved name or bytes that
// do not fit the shape.
Status WriteTensorFile(const std::string& path, std::span<const Tensor> tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace litetts::model
