#pragma once

#include <span>
#include <string_view>

#include "base/status.h"
#include "text/speech_style.h"

namespace litetts::engine {

// A manner of speaking that the engine can really do: rate, pitch, volume, whisper. What each does
// to a voice is measured (docs/sound.md).
struct StylePreset {
  std::string_view name;
  std::string_view meaning;
  double rate = 1.0;
  double pitch_semitones = 0.0;
  double gain = 1.0;
  bool is_whispered = false;
};

std::span<const StylePreset> StylePresets();

// kInvalidArgument, naming the presets, for another: the model has no emotions.
Result<text::SpeechStyle> FindStyle(std::string_view name);

}  // namespace litetts::engine
