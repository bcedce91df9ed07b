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

// How a parameter of the checkpoint is stored.
enum class ParameterKind {
  kEmbedding,       // NAME.weight [inputs rows, outputs]
  kLinear,          // NAME.weight [inputs, outputs]
  kFloatLinear,     // the same, always float
  kConv,            // NAME.weight [kernel, inputs, outputs]
  kTransposedConv,  // NAME.weight [2, inputs, kernel / 2 * outputs]
  kPool,            // NAME.weight [3, outputs], float
  kLstm,            // NAME.weight_ih [2, inputs, 1024], weight_hh, bias
  kVector,          // NAME [outputs], float
};

// A layer as the checkpoint has it; docs/formats/model-file.md tells which are merged.
struct Parameter {
  std::string name;
  ParameterKind kind = ParameterKind::kVector;
  size_t kernel = 1;
  size_t inputs = 0;
  size_t outputs = 0;
  bool has_bias = true;
};

inline constexpr size_t kLstmUnits = 256;

// All layers but the style layers and the three attention projections, in file order.
const std::vector<Parameter>& ModelParameters();
// "query", "key", "value": the parts of bert.layer.attention.query_key_value.
const std::vector<Parameter>& AttentionProjections();

}  // namespace litetts::model
