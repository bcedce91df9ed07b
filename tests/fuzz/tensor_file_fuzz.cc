// The reader of tensor files: any bytes give an error or tensors that lie inside the file.
#include <cstdint>
#include <cstring>

#include "base/aligned.h"
#include "base/check.h"
#include "model/tensor_file.h"
#include "model/voice.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace litetts;
  AlignedBuffer<std::byte> bytes(size);
  if (size > 0) std::memcpy(bytes.data(), data, size);
  Result<model::TensorFile> file = model::TensorFile::Parse(bytes.span());
  if (!file.ok()) return 0;
  for (const model::Tensor& tensor : file->tensors()) {
    LITETTS_CHECK(tensor.bytes.empty() ||
                  (tensor.bytes.data() >= bytes.data() &&
                   tensor.bytes.data() + tensor.bytes.size() <= bytes.data() + size));
    LITETTS_CHECK(file->Find(tensor.name) != nullptr);
  }
  static_cast<void>(model::VoiceTable::FromFile(std::move(*file)).ok());
  return 0;
}
