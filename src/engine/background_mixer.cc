#include "engine/background_mixer.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "model/kokoro.h"

namespace litetts::engine {
namespace {

constexpr double kRateHz = model::kSampleRateHz;
// Speech is somebody speaking: 20 dB below its usual level. It stays so between words.
constexpr double kSpeechEnvelope = 0.01;
constexpr double kReleaseSeconds = 0.25;
constexpr double kDuckingSeconds = 0.08;
// A bed never begins or ends with a step.
constexpr double kShortestFadeSeconds = 0.02;

double Share(double seconds) { return 1.0 - std::exp(-1.0 / (seconds * kRateHz)); }

}  // namespace

uint64_t BackgroundMixer::FadeSamples(double seconds) {
  return static_cast<uint64_t>(std::lround(std::max(seconds, kShortestFadeSeconds) * kRateHz));
}

void BackgroundMixer::Start(const text::Background& background, uint64_t position) {
  const auto type = audio::NoiseFromName(background.type);
  LITETTS_CHECK(type.has_value());
  beds_.push_back(
      Bed{.background = background, .noise = audio::NoiseBed(*type), .begin = position});
}

void BackgroundMixer::Stop(uint64_t position) {
  if (!beds_.empty()) beds_.back().end = std::min(beds_.back().end, position);
}

uint64_t BackgroundMixer::end() const {
  uint64_t end = 0;
  for (const Bed& bed : beds_) {
    if (bed.end == UINT64_MAX) continue;
    end = std::max(end, bed.end + FadeSamples(bed.background.fade_out_seconds));
  }
  return end;
}

double BackgroundMixer::FadeGain(const Bed& bed, uint64_t position) {
  if (position < bed.begin) return 0.0;
  const auto in = static_cast<double>(FadeSamples(bed.background.fade_in_seconds));
  double gain = std::min(1.0, static_cast<double>(position - bed.begin) / in);
  if (position < bed.end) return gain;
  const auto out = static_cast<double>(FadeSamples(bed.background.fade_out_seconds));
  return gain * std::max(0.0, 1.0 - static_cast<double>(position - bed.end) / out);
}

void BackgroundMixer::Mix(std::span<float> samples) {
  if (beds_.empty()) {
    position_ += samples.size();
    return;
  }
  const double release = Share(kReleaseSeconds);
  const double ducking = Share(kDuckingSeconds);
  for (float& sample : samples) {
    const double level = std::abs(static_cast<double>(sample));
    envelope_ = level > envelope_ ? level : envelope_ + release * (level - envelope_);
    double sum = static_cast<double>(sample);
    for (Bed& bed : beds_) {
      const bool is_ducked = envelope_ > kSpeechEnvelope;
      const double wanted =
          is_ducked ? std::pow(10.0, -bed.background.ducking_decibels / 20.0) : 1.0;
      bed.ducked += ducking * (wanted - bed.ducked);
      const double fade = FadeGain(bed, position_);
      if (fade == 0.0) continue;
      sum += fade * bed.ducked * bed.background.gain * static_cast<double>(bed.noise.Next());
    }
    sample = static_cast<float>(sum);
    ++position_;
  }
  std::erase_if(beds_, [&](const Bed& bed) {
    return bed.end != UINT64_MAX &&
           position_ >= bed.end + FadeSamples(bed.background.fade_out_seconds);
  });
}

}  // namespace litetts::engine
