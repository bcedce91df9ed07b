#include "engine/style_presets.h"

#include <algorithm>
#include <string>

namespace litetts::engine {
namespace {

constexpr StylePreset kPresets[] = {
    {"neutral", "as the voice speaks"},
    {"calm", "slower and a little lower", 0.88, -0.7},
    {"brisk", "faster and a little higher", 1.15, 0.5},
    {"soft", "half the amplitude, a little slower", 0.95, 0.0, 0.5},
    {"loud", "1.6 times the amplitude, peaks limited", 1.0, 0.0, 1.6},
    {"bright", "two semitones higher", 1.03, 2.0},
    {"deep", "two semitones lower", 0.97, -2.0},
    {"whisper", "noise in place of the voice", 0.95, 0.0, 1.0, true},
};

}  // namespace

std::span<const StylePreset> StylePresets() { return kPresets; }

Result<text::SpeechStyle> FindStyle(std::string_view name) {
  const auto* const found = std::ranges::find(kPresets, name, &StylePreset::name);
  if (found != std::end(kPresets)) {
    return text::SpeechStyle{.rate = found->rate,
                             .pitch_semitones = found->pitch_semitones,
                             .gain = found->gain,
                             .is_whispered = found->is_whispered};
  }
  std::string names;
  for (const StylePreset& preset : kPresets)
    names += Concat(names.empty() ? "" : ", ", preset.name);
  return InvalidArgument("the style '", name.substr(0, 40),
                         "' is not supported: this model has no emotions; it knows ", names);
}

}  // namespace litetts::engine
