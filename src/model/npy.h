#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"

namespace litetts::model {

// A NumPy array of float32.
struct NpyArray {
  std::vector<size_t> shape;
  std::vector<float> values;  // row-major
};

// Reads a .npy file, versions 1 to 3: little-endian float32 in C order. kDataLoss for a damaged
// file, kInvalidArgument for another element type or order.
Result<NpyArray> ParseNpy(std::span<const std::byte> bytes);

// Reads the arrays of a .npz file, a zip of NAME.npy, stored or deflated; names without ".npy". The
// same errors, and kUnimplemented for encrypted or zip64 archives. No array may have more than
// `max_array_bytes`.
Result<std::vector<std::pair<std::string, NpyArray>>> ParseNpz(std::span<const std::byte> bytes,
                                                               size_t max_array_bytes);

}  // namespace litetts::model
