#include "model/npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "model/tensor_file.h"
#include "model/zip.h"

namespace litetts::model {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMaxHeaderSize = 1 << 16;
constexpr size_t kMaxDimensions = 8;
constexpr size_t kMaxArrays =
    512;  // entries may share bytes, so a small archive could fill the memory

// What follows `'key':` in the header, a Python dictionary such as
//   {'descr': '<f4', 'fortran_order': False, 'shape': (510, 1, 256), }
std::optional<std::string_view> Entry(std::string_view header, std::string_view key) {
  const size_t found = header.find(Concat('\'', key, '\''));
  if (found == std::string_view::npos) return std::nullopt;
  std::string_view rest = header.substr(found + key.size() + 2);
  rest.remove_prefix(std::min(rest.find_first_not_of(" :"), rest.size()));
  return rest;
}

Result<std::vector<size_t>> ParseShape(std::string_view text) {
  if (!text.starts_with('(')) return DataLoss("npy header: the shape is not a tuple");
  text.remove_prefix(1);
  std::vector<size_t> shape;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(" ,"), text.size()));
    if (text.starts_with(')')) return shape;
    size_t dimension = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), dimension);
    if (parsed.ec != std::errc() || shape.size() == kMaxDimensions) {
      return DataLoss("npy header: the shape cannot be read");
    }
    shape.push_back(dimension);
    text.remove_prefix(static_cast<size_t>(parsed.ptr - text.data()));
  }
}

struct Header {
  std::string_view text;
  size_t data_begin = 0;
};

Result<Header> FindHeader(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(kMagic) || text.size() < 10) return DataLoss("offset 0: not a npy file");
  const int version = text[6];
  if (version < 1 || version > 3) return DataLoss("offset 6: npy version ", version, " is unknown");
  const size_t length_size = version == 1 ? 2 : 4;
  uint32_t length = 0;
  if (text.size() < 8 + length_size) return DataLoss("offset 8: the npy header is cut off");
  std::memcpy(&length, text.data() + 8, length_size);
  if (length > kMaxHeaderSize || length > text.size() - 8 - length_size) {
    return DataLoss("offset 8: a npy header of ", length, " bytes in a file of ", text.size());
  }
  return Header{text.substr(8 + length_size, length), 8 + length_size + length};
}

}  // namespace

Result<NpyArray> ParseNpy(std::span<const std::byte> bytes) {
  LITETTS_ASSIGN_OR_RETURN(const Header header, FindHeader(bytes));
  const auto type = Entry(header.text, "descr");
  const auto order = Entry(header.text, "fortran_order");
  const auto shape = Entry(header.text, "shape");
  if (!type || !order || !shape) return DataLoss("npy header: no descr, fortran_order or shape");
  if (!type->starts_with("'<f4'")) {
    return InvalidArgument("npy header: the elements are ", type->substr(0, 8),
                           "; save them as little-endian float32");
  }
  if (!order->starts_with("False")) {
    return InvalidArgument("npy header: the array is in Fortran order; save it in C order");
  }
  NpyArray array;
  LITETTS_ASSIGN_OR_RETURN(array.shape, ParseShape(*shape));
  const std::span<const std::byte> data = bytes.subspan(header.data_begin);
  size_t size = sizeof(float);
  for (const size_t dimension : array.shape) {
    if (__builtin_mul_overflow(size, dimension, &size))
      return DataLoss("npy header: the shape is too large");
  }
  if (size != data.size()) {
    return DataLoss("offset ", header.data_begin, ": shape ", ShapeString(array.shape), " needs ",
                    size, " bytes, there are ", data.size());
  }
  array.values.resize(size / sizeof(float));
  if (size > 0) std::memcpy(array.values.data(), data.data(), size);
  return array;
}

Result<std::vector<std::pair<std::string, NpyArray>>> ParseNpz(std::span<const std::byte> bytes,
                                                               size_t max_array_bytes) {
  LITETTS_ASSIGN_OR_RETURN(const std::vector<ZipEntry> entries, ListZip(bytes));
  if (entries.size() > kMaxArrays) {
    return ResourceExhausted("the archive has ", entries.size(), " arrays; at most ", kMaxArrays,
                             " are expected");
  }
  std::vector<std::pair<std::string, NpyArray>> arrays;
  for (const ZipEntry& entry : entries) {
    std::string name = entry.name;
    if (!name.ends_with(".npy"))
      return InvalidArgument("'", name, "' in the archive is not a .npy file");
    LITETTS_ASSIGN_OR_RETURN(const std::vector<std::byte> file,
                             ExtractZip(bytes, entry, max_array_bytes + kMaxHeaderSize));
    Result<NpyArray> array = ParseNpy(file);
    if (!array.ok())
      return Status(array.status().code(), Concat("'", name, "': ", array.status().message()));
    name.resize(name.size() - 4);
    arrays.emplace_back(std::move(name), std::move(*array));
  }
  return arrays;
}

}  // namespace litetts::model
