#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace litetts::model {

// A file of a zip archive, as its central directory tells.
struct ZipEntry {
  std::string name;
  uint16_t method = 0;  // 0 stored, 8 deflated
  uint32_t crc = 0;
  size_t compressed_size = 0;
  size_t size = 0;
  size_t header_offset = 0;  // of the local header
};

// The files of an archive in memory. kDataLoss naming the offset, kUnimplemented for several disks
// or zip64.
Result<std::vector<ZipEntry>> ListZip(std::span<const std::byte> bytes);

// One file's content, its CRC checked. kResourceExhausted if it has more than `max_size` bytes,
// kUnimplemented for encryption or another compression.
Result<std::vector<std::byte>> ExtractZip(std::span<const std::byte> bytes, const ZipEntry& entry,
                                          size_t max_size);

}  // namespace litetts::model
