#include "model/zip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace litetts::model {
namespace {

// Sizes and signatures of APPNOTE.TXT 4.3 (PKWARE): local header, central directory entry, end of
// directory.
constexpr size_t kLocalSize = 30;
constexpr uint32_t kLocalSignature = 0x04034B50;
constexpr size_t kCentralSize = 46;
constexpr uint32_t kCentralSignature = 0x02014B50;
constexpr size_t kEndSize = 22;
constexpr uint32_t kEndSignature = 0x06054B50;
constexpr size_t kMaxCommentSize = 0xFFFF;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr uint16_t kEncryptedFlag = 1;
constexpr uint32_t kZip64Marker = 0xFFFFFFFF;

// Little-endian, as the processors that we build for. REQUIRES: it lies inside.
template <typename T>
T Load(std::span<const std::byte> bytes, size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

bool IsInside(std::span<const std::byte> bytes, size_t offset, size_t size) {
  return offset <= bytes.size() && size <= bytes.size() - offset;
}

Result<size_t> FindEnd(std::span<const std::byte> bytes) {
  if (bytes.size() < kEndSize)
    return DataLoss("offset 0: ", bytes.size(), " bytes are no zip archive");
  const size_t last = bytes.size() - kEndSize;
  const size_t first = last - std::min(last, kMaxCommentSize);
  for (size_t offset = last + 1; offset-- > first;) {
    if (Load<uint32_t>(bytes, offset) == kEndSignature) return offset;
  }
  return DataLoss("no end of directory: not a zip archive, or cut off");
}

Result<std::vector<std::byte>> Inflate(std::span<const std::byte> data, const ZipEntry& entry) {
  std::vector<std::byte> out(entry.size);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return ResourceExhausted("no memory to inflate '", entry.name, "'");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  std::byte nothing{};  // zlib wants an address even for no bytes
  stream.next_out = reinterpret_cast<Bytef*>(out.empty() ? &nothing : out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (code != Z_STREAM_END || stream.total_out != out.size()) {
    return DataLoss("'", entry.name, "': the compressed bytes are damaged");
  }
  return out;
}

}  // namespace

Result<std::vector<ZipEntry>> ListZip(std::span<const std::byte> bytes) {
  LITETTS_ASSIGN_OR_RETURN(const size_t end, FindEnd(bytes));
  const size_t count = Load<uint16_t>(bytes, end + 10);
  size_t offset = Load<uint32_t>(bytes, end + 16);
  if (Load<uint16_t>(bytes, end + 4) != 0 || Load<uint16_t>(bytes, end + 8) != count ||
      count == 0xFFFF || offset == kZip64Marker) {
    return Unimplemented("the archive is zip64 or has several disks");
  }
  std::vector<ZipEntry> entries;
  for (size_t i = 0; i < count; ++i) {
    if (!IsInside(bytes, offset, kCentralSize) ||
        Load<uint32_t>(bytes, offset) != kCentralSignature) {
      return DataLoss("offset ", offset, ": entry ", i, " of the archive's directory is damaged");
    }
    ZipEntry entry;
    const size_t name_size = Load<uint16_t>(bytes, offset + 28);
    if (!IsInside(bytes, offset + kCentralSize, name_size))
      return DataLoss("offset ", offset, ": a name is cut off");
    entry.name.assign(reinterpret_cast<const char*>(bytes.data()) + offset + kCentralSize,
                      name_size);
    entry.method = Load<uint16_t>(bytes, offset + 10);
    entry.crc = Load<uint32_t>(bytes, offset + 16);
    entry.compressed_size = Load<uint32_t>(bytes, offset + 20);
    entry.size = Load<uint32_t>(bytes, offset + 24);
    entry.header_offset = Load<uint32_t>(bytes, offset + 42);
    if ((Load<uint16_t>(bytes, offset + 8) & kEncryptedFlag) != 0) {
      return Unimplemented("'", entry.name, "' is encrypted");
    }
    if (entry.size == kZip64Marker || entry.compressed_size == kZip64Marker ||
        entry.header_offset == kZip64Marker) {
      return Unimplemented("'", entry.name, "' is stored as zip64");
    }
    offset += kCentralSize + name_size + Load<uint16_t>(bytes, offset + 30) +
              Load<uint16_t>(bytes, offset + 32);
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<std::vector<std::byte>> ExtractZip(std::span<const std::byte> bytes, const ZipEntry& entry,
                                          size_t max_size) {
  if (entry.size > max_size) {
    return ResourceExhausted("'", entry.name, "' has ", entry.size, " bytes; at most ", max_size,
                             " are expected");
  }
  if (!IsInside(bytes, entry.header_offset, kLocalSize) ||
      Load<uint32_t>(bytes, entry.header_offset) != kLocalSignature) {
    return DataLoss("offset ", entry.header_offset, ": no local header of '", entry.name, "'");
  }
  const size_t begin = entry.header_offset + kLocalSize +
                       Load<uint16_t>(bytes, entry.header_offset + 26) +
                       Load<uint16_t>(bytes, entry.header_offset + 28);
  if (!IsInside(bytes, begin, entry.compressed_size)) {
    return DataLoss("offset ", begin, ": '", entry.name, "' is cut off");
  }
  const std::span<const std::byte> data = bytes.subspan(begin, entry.compressed_size);
  std::vector<std::byte> content;
  if (entry.method == kStored && entry.size == data.size()) {
    content.assign(data.begin(), data.end());
  } else if (entry.method == kDeflated) {
    LITETTS_ASSIGN_OR_RETURN(content, Inflate(data, entry));
  } else {
    return Unimplemented("'", entry.name, "': compression ", entry.method, " is not supported");
  }
  if (crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())) !=
      entry.crc) {
    return DataLoss("'", entry.name, "': its checksum is wrong");
  }
  return content;
}

}  // namespace litetts::model
