#include "engine/voice_card.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "audio/loudness.h"
#include "audio/pitch.h"

namespace litetts::engine {
namespace {

// Of sorted values.
double Percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0.0;
  return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

}  // namespace

std::vector<std::pair<std::string_view, std::optional<double>>> VoiceCard::Measures() const {
  return {{"pitch_hz", pitch_hz},
          {"low_pitch_hz", low_pitch_hz},
          {"high_pitch_hz", high_pitch_hz},
          {"voiced_share", voiced_share},
          {"words_per_minute", words_per_minute},
          {"brightness_hz", brightness_hz},
          {"loudness_lufs", loudness_lufs}};
}

VoiceCard MeasureVoice(std::span<const float> samples, const Timings& timings) {
  VoiceCard card;
  card.audio_seconds = static_cast<double>(samples.size()) / model::kSampleRateHz;
  std::vector<double> pitches;
  for (const double pitch : audio::TrackPitch(samples)) {
    if (pitch > 0.0) pitches.push_back(pitch);
  }
  std::ranges::sort(pitches);
  card.pitch_hz = Percentile(pitches, 0.5);
  card.low_pitch_hz = Percentile(pitches, 0.05);
  card.high_pitch_hz = Percentile(pitches, 0.95);
  if (!timings.words.empty()) {
    const double seconds = timings.words.back().end_seconds - timings.words.front().start_seconds;
    if (seconds > 0.0) {
      card.words_per_minute = 60.0 * static_cast<double>(timings.words.size()) / seconds;
      card.voiced_share =
          std::min(1.0, static_cast<double>(pitches.size()) * audio::kPitchStepSeconds / seconds);
    }
  }
  card.brightness_hz = audio::Brightness(samples);
  audio::LoudnessMeter meter;
  meter.Add(samples);
  card.loudness_lufs = meter.integrated();
  return card;
}

Result<VoiceCard> MakeVoiceCard(SpeakRequest request, const SpeakFunction& speak) {
  request.text = kVoiceSample;
  request.input_is_phonemes = request.input_is_ssml = false;
  CollectingSink sink;
  LITETTS_RETURN_IF_ERROR(speak(request, sink).status());
  return MeasureVoice(sink.samples(), sink.timings());
}

}  // namespace litetts::engine
