#include "model/voice_import.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "model/npy.h"
#include "model/tensor_file.h"
#include "model/voice.h"

namespace litetts::model {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPackSize = kStyleRows * kStyleColumns;
constexpr size_t kMaxNameSize = 64;

using Packs = std::map<std::string, std::vector<float>>;

// Blends are spelled with the other characters.
bool IsUsableName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameSize && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

Status AddPack(const std::string& source, const std::string& name, std::vector<float> values,
               Packs& packs) {
  if (!IsUsableName(name)) {
    return InvalidArgument("'", source, "': '", name,
                           "' is no voice name; use letters, digits, _ and -");
  }
  if (values.size() != kPackSize) {
    return DataLoss("'", source, "': voice '", name, "' has ", values.size(), " values, not ",
                    kStyleRows, " x ", kStyleColumns);
  }
  const auto bad = std::ranges::find_if(values, [](float value) { return !std::isfinite(value); });
  if (bad != values.end()) {
    return DataLoss("'", source, "': voice '", name, "': value ", bad - values.begin(),
                    " is not finite");
  }
  if (!packs.emplace(name, std::move(values)).second) {
    return InvalidArgument("'", source, "': voice '", name, "' is given twice");
  }
  return OkStatus();
}

Status AddFile(const fs::path& path, Packs& packs) {
  const std::string source = path.string();
  const std::string extension = path.extension().string();
  LITETTS_ASSIGN_OR_RETURN(const MappedFile file, MappedFile::Open(source));
  if (extension == ".bin") {
    if (file.bytes().size() != kPackSize * sizeof(float)) {
      return DataLoss("'", source, "' has ", file.bytes().size(), " bytes; a voice has ",
                      kPackSize * sizeof(float));
    }
    std::vector<float> values(kPackSize);
    std::memcpy(values.data(), file.bytes().data(), file.bytes().size());
    return AddPack(source, path.stem().string(), std::move(values), packs);
  }
  if (extension == ".npy") {
    Result<NpyArray> array = ParseNpy(file.bytes());
    if (!array.ok())
      return Status(array.status().code(), Concat("'", source, "': ", array.status().message()));
    return AddPack(source, path.stem().string(), std::move(array->values), packs);
  }
  if (extension == ".npz") {
    auto arrays = ParseNpz(file.bytes(), kPackSize * sizeof(float));
    if (!arrays.ok())
      return Status(arrays.status().code(), Concat("'", source, "': ", arrays.status().message()));
    for (auto& [name, array] : *arrays) {
      LITETTS_RETURN_IF_ERROR(AddPack(source, name, std::move(array.values), packs));
    }
    return OkStatus();
  }
  return InvalidArgument("'", source, "' is no voice: .bin, .npy and .npz are read");
}

Status AddFolder(const std::string& folder, Packs& packs) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    if (extension == ".bin" || extension == ".npy" || extension == ".npz")
      files.push_back(entry->path());
  }
  if (error) return NotFound("cannot list '", folder, "': ", error.message());
  if (files.empty()) return InvalidArgument("'", folder, "' has no .bin, .npy or .npz file");
  std::ranges::sort(files);
  for (const fs::path& file : files) LITETTS_RETURN_IF_ERROR(AddFile(file, packs));
  return OkStatus();
}

Status AddSource(const std::string& source, Packs& packs) {
  std::error_code error;
  return fs::is_directory(source, error) ? AddFolder(source, packs) : AddFile(source, packs);
}

using Bytes = std::map<std::string, std::span<const std::byte>>;  // of each voice

Status WriteVoices(const Bytes& voices, const std::string& destination) {
  std::vector<Tensor> tensors;
  for (const auto& [name, bytes] : voices) {
    tensors.push_back({name, DataType::kF32, {kStyleRows, kStyleColumns}, bytes});
  }
  return WriteTensorFile(destination, tensors,
                         {{"format", std::string(kVoicesFormat)},
                          {"format_version", std::string(kVoicesFormatVersion)}});
}

// Points into `packs`.
VoiceImportReport AddTo(Bytes& voices, const Packs& packs) {
  VoiceImportReport report;
  for (const auto& [name, values] : packs) {
    voices[name] = std::as_bytes(std::span(values));
    report.names.push_back(name);
  }
  return report;
}

}  // namespace

Result<VoiceImportReport> ImportVoices(std::span<const std::string> sources,
                                       const std::string& destination) {
  Packs packs;
  for (const std::string& source : sources) LITETTS_RETURN_IF_ERROR(AddSource(source, packs));
  if (packs.empty()) return InvalidArgument("no voice was given");
  Bytes voices;
  VoiceImportReport report = AddTo(voices, packs);
  LITETTS_RETURN_IF_ERROR(WriteVoices(voices, destination));
  return report;
}

Result<VoiceImportReport> AddVoices(const std::string& source, const std::string& file,
                                    bool may_replace) {
  LITETTS_RETURN_IF_ERROR(VoiceTable::Open(file).status());
  LITETTS_ASSIGN_OR_RETURN(const TensorFile table, TensorFile::Open(file));
  Packs packs;
  LITETTS_RETURN_IF_ERROR(AddSource(source, packs));
  Bytes voices;
  for (const Tensor& tensor : table.tensors()) {
    if (!may_replace && packs.contains(tensor.name)) {
      return Status(StatusCode::kAlreadyExists,
                    Concat("'", file, "' has a voice '", tensor.name, "' already"));
    }
    voices[tensor.name] = tensor.bytes;
  }
  VoiceImportReport report = AddTo(voices, packs);
  LITETTS_RETURN_IF_ERROR(WriteVoices(voices, file));
  return report;
}

}  // namespace litetts::model
