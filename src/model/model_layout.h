#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace litetts::model {

inline constexpr std::string_view kModelFormat = "litetts-kokoro";
inline constexpr std::string_view kModelFormatVersion = "1";
inline constexpr size_t kStyleHalf = 128;

enum class StyleHalf { kProsodic, kAcoustic };

// One AdaIN or AdaLayerNorm: `width` = 2 C columns of style.prosodic or style.acoustic from `begin`
// on, C gammas (without their 1), then C betas.
struct StyleLayer {
  std::string name;  // "decoder.encode.norm1": the checkpoint's layer without ".fc"
  StyleHalf half = StyleHalf::kProsodic;
  size_t begin = 0;
  size_t width = 0;
};

// All of them in the order of docs/formats/model-file.md.
const std::vector<StyleLayer>& StyleLayers();
// Columns of style.prosodic or style.acoustic.
size_t StyleWidth(StyleHalf half);

}  // namespace litetts::model
