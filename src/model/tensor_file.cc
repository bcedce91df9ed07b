#include "model/tensor_file.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "base/aligned.h"
#include "base/memory_pages.h"

namespace litetts::model {
namespace {

namespace json = boost::json;

constexpr size_t kLengthSize = 8;              // the little-endian length before the header
constexpr size_t kMaxHeaderSize = 16u << 20u;  // 16 MiB: a hundred thousand tensors
constexpr size_t kMaxDimensions = 8;
constexpr std::string_view kMetadataKey = "__metadata__";
// safetensors allows no hole between tensors, so alignment is made of tensors too, named
// kPaddingPrefix + number.
constexpr std::string_view kPaddingPrefix = "__padding__.";

struct TypeInfo {
  DataType type;
  std::string_view name;
  size_t size;
};
constexpr TypeInfo kTypes[] = {
    {DataType::kF32, "F32", 4}, {DataType::kF16, "F16", 2}, {DataType::kBf16, "BF16", 2},
    {DataType::kI8, "I8", 1},   {DataType::kU8, "U8", 1},   {DataType::kI32, "I32", 4},
    {DataType::kI64, "I64", 8},
};
constexpr bool TypesAreInOrder() {
  for (size_t i = 0; i < std::size(kTypes); ++i) {
    if (static_cast<size_t>(kTypes[i].type) != i) return false;
  }
  return true;
}
static_assert(TypesAreInOrder());

const TypeInfo& Info(DataType type) { return kTypes[static_cast<size_t>(type)]; }

bool IsReserved(std::string_view name) {
  return name == kMetadataKey || name.starts_with(kPaddingPrefix);
}

// Elements times their size, or nothing where that is no size_t.
std::optional<size_t> ByteSize(std::span<const size_t> shape, DataType type) {
  size_t size = ElementSize(type);
  for (const size_t dimension : shape) {
    if (__builtin_mul_overflow(size, dimension, &size)) return std::nullopt;
  }
  return size;
}

Result<size_t> ParseSize(const json::value& value, std::string_view name) {
  boost::system::error_code error;
  const auto number = value.to_number<uint64_t>(error);
  if (error || !(value.is_int64() || value.is_uint64())) {
    return DataLoss("tensor '", name, "': a size or offset is not a whole number");
  }
  return static_cast<size_t>(number);
}

Result<DataType> ParseType(const json::value* value, std::string_view name) {
  if (value != nullptr && value->is_string()) {
    const std::string_view text(value->get_string());
    for (const TypeInfo& info : kTypes) {
      if (info.name == text) return info.type;
    }
    return DataLoss("tensor '", name, "': type '", text.substr(0, 16), "' is not supported");
  }
  return DataLoss("tensor '", name, "': no type");
}

// One entry of the header; `data` is what follows the header.
Result<Tensor> ParseTensor(std::string_view name, const json::value& value,
                           std::span<const std::byte> data) {
  if (!value.is_object()) return DataLoss("tensor '", name, "': its header entry is not an object");
  const json::object& entry = value.get_object();
  Tensor tensor;
  tensor.name = name;
  LITETTS_ASSIGN_OR_RETURN(tensor.type, ParseType(entry.if_contains("dtype"), name));
  const json::value* shape = entry.if_contains("shape");
  if (shape == nullptr || !shape->is_array() || shape->get_array().size() > kMaxDimensions) {
    return DataLoss("tensor '", name, "': no shape of at most ", kMaxDimensions, " dimensions");
  }
  for (const json::value& dimension : shape->get_array()) {
    LITETTS_ASSIGN_OR_RETURN(const size_t size, ParseSize(dimension, name));
    tensor.shape.push_back(size);
  }
  const json::value* offsets = entry.if_contains("data_offsets");
  if (offsets == nullptr || !offsets->is_array() || offsets->get_array().size() != 2) {
    return DataLoss("tensor '", name, "': no pair of data offsets");
  }
  LITETTS_ASSIGN_OR_RETURN(const size_t begin, ParseSize(offsets->get_array()[0], name));
  LITETTS_ASSIGN_OR_RETURN(const size_t end, ParseSize(offsets->get_array()[1], name));
  if (begin > end || end > data.size()) {
    return DataLoss("tensor '", name, "': bytes ", begin, " to ", end, " are outside the file's ",
                    data.size(), " bytes of data; it is truncated or damaged");
  }
  if (ByteSize(tensor.shape, tensor.type) != end - begin) {
    return DataLoss("tensor '", name, "': shape ", ShapeString(tensor.shape), " of ",
                    DataTypeName(tensor.type), " does not fill its ", end - begin, " bytes");
  }
  tensor.bytes = data.subspan(begin, end - begin);
  return tensor;
}

// The header's text, checked against the file's size.
Result<std::string_view> HeaderText(std::span<const std::byte> bytes) {
  if (bytes.size() < kLengthSize)
    return DataLoss("offset 0: the file has only ", bytes.size(), " bytes");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthSize);
  if (length > kMaxHeaderSize || length > bytes.size() - kLengthSize) {
    return DataLoss("offset 0: header length ", length, " in a file of ", bytes.size(),
                    " bytes; it is truncated or no safetensors file");
  }
  return std::string_view(reinterpret_cast<const char*>(bytes.data()) + kLengthSize,
                          static_cast<size_t>(length));
}

Result<json::object> ParseJson(std::string_view text) {
  boost::system::error_code error;
  json::stream_parser parser;
  const size_t used = parser.write(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (error)
    return DataLoss("offset ", kLengthSize + used, ": the header is not JSON (", error.message(),
                    ")");
  json::value value = parser.release();
  if (!value.is_object())
    return DataLoss("offset ", kLengthSize, ": the header is not a JSON object");
  return std::move(value.get_object());
}

}  // namespace

size_t ElementSize(DataType type) { return Info(type).size; }
std::string_view DataTypeName(DataType type) { return Info(type).name; }

std::string ShapeString(std::span<const size_t> shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

Result<TensorFile> TensorFile::Open(const std::string& path) {
  LITETTS_ASSIGN_OR_RETURN(MappedFile mapped, MappedFile::Open(path));
  Result<TensorFile> file = Parse(mapped.bytes());
  if (!file.ok())
    return Status(file.status().code(), Concat("'", path, "': ", file.status().message()));
  file->file_.push_back(std::move(mapped));
  return file;
}

Result<TensorFile> TensorFile::Parse(std::span<const std::byte> bytes) {
  TensorFile file(bytes);
  try {
    LITETTS_RETURN_IF_ERROR(file.ParseHeader());
  } catch (
      const std::exception& error) {  // Boost.JSON: out of memory, or a document past its limits
    return DataLoss("the header cannot be read: ", error.what());
  }
  return file;
}

Status TensorFile::ParseHeader() {
  LITETTS_ASSIGN_OR_RETURN(const std::string_view text, HeaderText(bytes_));
  LITETTS_ASSIGN_OR_RETURN(const json::object header, ParseJson(text));
  const size_t data_begin = kLengthSize + text.size();
  for (const auto& [key, value] : header) {
    const std::string_view name(key);
    if (name == kMetadataKey) {
      if (!value.is_object()) return DataLoss("header entry '", kMetadataKey, "' is not an object");
      for (const auto& [metadata_key, metadata_value] : value.get_object()) {
        if (!metadata_value.is_string()) {
          return DataLoss("metadata '", std::string_view(metadata_key), "' is not a string");
        }
        metadata_[std::string(metadata_key)] = std::string(metadata_value.get_string());
      }
      continue;
    }
    LITETTS_ASSIGN_OR_RETURN(Tensor tensor, ParseTensor(name, value, bytes_.subspan(data_begin)));
    tensors_.push_back(std::move(tensor));
  }
  LITETTS_RETURN_IF_ERROR(CheckCoverage(data_begin));
  std::erase_if(tensors_, [](const Tensor& tensor) { return IsReserved(tensor.name); });
  std::ranges::sort(tensors_, {}, &Tensor::name);
  return OkStatus();
}

// Every byte of the data belongs to exactly one tensor, as the format demands, and tensors start
// aligned.
Status TensorFile::CheckCoverage(size_t data_begin) {
  std::ranges::sort(tensors_, [](const Tensor& a, const Tensor& b) {
    return std::pair(a.bytes.data(), a.bytes.size()) < std::pair(b.bytes.data(), b.bytes.size());
  });
  const std::byte* next = bytes_.data() + data_begin;
  for (const Tensor& tensor : tensors_) {
    const size_t offset = static_cast<size_t>(tensor.bytes.data() - bytes_.data());
    if (tensor.bytes.data() != next) {
      return DataLoss(
          "tensor '", tensor.name, "' at offset ", offset, ": ",
          tensor.bytes.data() < next ? "overlaps its neighbour" : "leaves a hole before it");
    }
    if (!IsReserved(tensor.name) && offset % kAlignment != 0) {
      return DataLoss("tensor '", tensor.name, "' at offset ", offset, ": not aligned to ",
                      kAlignment, " bytes; the file was not written by litetts");
    }
    next = tensor.bytes.data() + tensor.bytes.size();
  }
  const size_t covered = static_cast<size_t>(next - bytes_.data());
  if (covered != bytes_.size()) {
    return DataLoss("offset ", covered, ": ", bytes_.size() - covered,
                    " bytes belong to no tensor");
  }
  return OkStatus();
}

Status TensorFile::CopyToMemory(std::span<const std::span<const std::byte>> pages) {
  is_copied_ = true;
  for (const std::span<const std::byte>& each : pages) LITETTS_RETURN_IF_ERROR(MakePrivate(each));
  return OkStatus();
}

std::string_view TensorFile::Metadata(const std::string& key) const {
  const auto found = metadata_.find(key);
  return found == metadata_.end() ? std::string_view() : found->second;
}

const Tensor* TensorFile::Find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(tensors_, name, {}, &Tensor::name);
  return found != tensors_.end() && found->name == name ? &*found : nullptr;
}

Result<Tensor> TensorFile::Get(std::string_view name, DataType type,
                               std::span<const size_t> shape) const {
  const Tensor* tensor = Find(name);
  if (tensor == nullptr) return DataLoss("tensor '", name, "' is missing");
  if (tensor->type != type || !std::ranges::equal(tensor->shape, shape)) {
    return DataLoss("tensor '", name, "' is ", DataTypeName(tensor->type),
                    ShapeString(tensor->shape), ", not ", DataTypeName(type), ShapeString(shape));
  }
  return *tensor;
}

Status WriteTensorFile(const std::string& path, std::span<const Tensor> tensors,
                       const std::map<std::string, std::string>& metadata) {
  json::object header;
  if (!metadata.empty()) {
    json::object& entries = header[json::string_view(kMetadataKey)].emplace_object();
    for (const auto& [key, value] : metadata) entries[key] = value;
  }
  size_t offset = 0;
  const auto declare = [&](std::string_view name, DataType type, std::span<const size_t> shape,
                           size_t size) {
    header[name] = {{"dtype", DataTypeName(type)},
                    {"shape", json::array(shape.begin(), shape.end())},
                    {"data_offsets", {offset, offset + size}}};
    offset += size;
  };
  std::set<std::string_view> names;
  for (const Tensor& tensor : tensors) {
    if (IsReserved(tensor.name) || !names.insert(tensor.name).second) {
      return InvalidArgument("tensor name '", tensor.name, "' is reserved or repeated");
    }
    if (ByteSize(tensor.shape, tensor.type) != tensor.bytes.size()) {
      return InvalidArgument("tensor '", tensor.name, "': shape ", ShapeString(tensor.shape),
                             " does not fit its ", tensor.bytes.size(), " bytes");
    }
    if (const size_t padding = RoundUp(offset, kAlignment) - offset; padding > 0) {
      declare(Concat(kPaddingPrefix, names.size()), DataType::kU8, {&padding, 1}, padding);
    }
    declare(tensor.name, tensor.type, tensor.shape, tensor.bytes.size());
  }
  std::string text = json::serialize(header);
  text.resize(RoundUp(kLengthSize + text.size(), kAlignment) - kLengthSize, ' ');
  if (text.size() > kMaxHeaderSize)
    return InvalidArgument("the header of '", path, "' is too long");

  LITETTS_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  const uint64_t length = text.size();
  LITETTS_RETURN_IF_ERROR(file.Write(std::as_bytes(std::span(&length, 1))));
  LITETTS_RETURN_IF_ERROR(file.Write(text));
  constexpr std::array<std::byte, kAlignment> kZeros{};
  size_t written = 0;
  for (const Tensor& tensor : tensors) {
    const size_t padding = RoundUp(written, kAlignment) - written;
    LITETTS_RETURN_IF_ERROR(file.Write(std::span(kZeros).first(padding)));
    LITETTS_RETURN_IF_ERROR(file.Write(tensor.bytes));
    written += padding + tensor.bytes.size();
  }
  return file.Commit();
}

}  // namespace litetts::model
