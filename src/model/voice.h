#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/blend_store.h"
#include "model/tensor_file.h"

namespace litetts::model {

inline constexpr std::string_view kVoicesFormat = "litetts-voices";
inline constexpr std::string_view kVoicesFormatVersion = "1";
inline constexpr size_t kStyleRows = 510;     // one for each length of a phoneme string
inline constexpr size_t kStyleColumns = 256;  // acoustic half, then prosodic half

// What a voice's name says: its first letter is the language, its second the gender.
struct VoiceInfo {
  std::string name;              // "af_heart"
  std::string_view language;     // "en-us"; "und" for an unknown letter
  std::string_view description;  // "American English"
  std::string_view gender;       // "female", "male" or "unknown"
  std::string_view flag;         // UTF-8 regional flag
};
VoiceInfo DescribeVoice(std::string_view name);

// The style of one voice or a blend. Borrows from the VoiceTable that made it, or owns the blend.
// Thread-safe.
class Voice {
 public:
  // `rows` [510, 256] must outlive the Voice.
  explicit Voice(std::span<const float> rows) : rows_(rows) {}
  // Owns `rows` [510, 256].
  explicit Voice(std::vector<float> rows) : owned_(std::move(rows)), rows_(owned_) {}
  Voice(Voice&&) = default;
  Voice& operator=(Voice&&) = default;

  // The 256 style values for a phoneme string of `num_symbols` Unicode scalars: row num_symbols -
  // 1, clamped to the table. Valid as long as the Voice.
  std::span<const float> StyleRow(size_t num_symbols) const;
  std::span<const float> rows() const { return rows_; }  // [510, 256]

 private:
  std::vector<float> owned_;
  std::span<const float> rows_;
};

// All voices of a voices file (docs/formats/voices.md), mapped. Immutable, thread-safe.
class VoiceTable {
 public:
  // kNotFound, or kDataLoss naming the voice or offset, or kInvalidArgument for a file of another
  // kind.
  static Result<VoiceTable> Open(const std::string& path);
  static Result<VoiceTable> FromFile(TensorFile file);

  const std::vector<VoiceInfo>& voices() const { return infos_; }  // by name
  std::optional<Voice> Find(std::string_view name) const;

  // A name, or a blend as ParseBlend() reads it, of these voices and, where `saved` is given, of
  // the blends in it. The line between styles is the mean by weight; a voice blended with itself is
  // that voice, bit for bit. kNotFound for an unknown name, kInvalidArgument for what is no blend.
  Result<Voice> Resolve(std::string_view expression, const BlendStore* saved = nullptr) const;

 private:
  explicit VoiceTable(TensorFile file) : file_(std::move(file)) {}
  Status UnknownVoice(std::string_view name) const;

  TensorFile file_;
  std::vector<VoiceInfo> infos_;
};

}  // namespace litetts::model
