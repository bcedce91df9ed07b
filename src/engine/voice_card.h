#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/synthesizer.h"

namespace litetts::engine {

// What a voice sounds like, measured on kVoiceSample spoken by it.
struct VoiceCard {
  // Of the 10 ms that have a pitch: median, and where the lowest and highest 5 % end; Hz.
  double pitch_hz = 0.0;
  double low_pitch_hz = 0.0;
  double high_pitch_hz = 0.0;
  double voiced_share = 0.0;      // of the time from the first word to the last, with a pitch
  double words_per_minute = 0.0;  // from the first word to the last
  double brightness_hz = 0.0;     // centre of gravity of the mean spectrum
  std::optional<double> loudness_lufs;
  double audio_seconds = 0.0;

  // All but the length, under the names that JSON has for them; none: could not be measured.
  std::vector<std::pair<std::string_view, std::optional<double>>> Measures() const;
};

// What a voice says to be known by.
inline constexpr std::string_view kVoiceSample =
    "Good morning. The boat to the island leaves at nine, and the sea is calm today. Will you "
    "come along? We could walk over the hill, look at the old lighthouse, and be back before it "
    "gets dark.";

// Speaks a request into a sink.
using SpeakFunction = std::function<Result<SpeakReport>(const SpeakRequest&, AudioSink&)>;

// Has `request` (voice, style, ...) speak kVoiceSample and measures that. Fails as `speak` does.
Result<VoiceCard> MakeVoiceCard(SpeakRequest request, const SpeakFunction& speak);

// The same of speech at 24 kHz that is there.
VoiceCard MeasureVoice(std::span<const float> samples, const Timings& timings);

}  // namespace litetts::engine
