// The readers of .npy and .npz files.
#include <cstdint>
#include <span>

#include "model/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  static_cast<void>(litetts::model::ParseNpy(bytes).ok());
  static_cast<void>(litetts::model::ParseNpz(bytes, 1 << 16).ok());
  return 0;
}
