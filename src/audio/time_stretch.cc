#include "audio/time_stretch.h"

#include <soundtouch/SoundTouch.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace litetts::audio {

static_assert(sizeof(soundtouch::SAMPLETYPE) == sizeof(float));

struct TimeStretch::State {
  TimeStretchOptions options;
  bool is_idle = true;
  soundtouch::SoundTouch processor;
  uint64_t num_in = 0;
  uint64_t num_out = 0;

  std::vector<float> Take() {
    std::vector<float> out(processor.numSamples());
    out.resize(processor.receiveSamples(out.data(), static_cast<unsigned>(out.size())));
    num_out += out.size();
    return out;
  }
};

TimeStretch::TimeStretch(const TimeStretchOptions& options) : state_(std::make_unique<State>()) {
  LITETTS_CHECK(options.tempo >= kMinTempo && options.tempo <= kMaxTempo);
  LITETTS_CHECK(std::abs(options.pitch_semitones) <= 12.0);
  state_->options = options;
  state_->is_idle = options.tempo == 1.0 && options.pitch_semitones == 0.0;
  if (state_->is_idle) return;
  soundtouch::SoundTouch& processor = state_->processor;
  processor.setSampleRate(24000);
  processor.setChannels(1);
  processor.setTempo(options.tempo);
  processor.setPitchSemiTones(options.pitch_semitones);
  // A piece of speech holds two to four periods of a voice, and is shorter than most sounds.
  processor.setSetting(SETTING_SEQUENCE_MS, 40);
  processor.setSetting(SETTING_SEEKWINDOW_MS, 15);
  processor.setSetting(SETTING_OVERLAP_MS, 8);
}
TimeStretch::TimeStretch(TimeStretch&&) noexcept = default;
TimeStretch& TimeStretch::operator=(TimeStretch&&) noexcept = default;
TimeStretch::~TimeStretch() = default;

std::vector<float> TimeStretch::Process(std::span<const float> samples) {
  state_->num_in += samples.size();
  if (state_->is_idle) return {samples.begin(), samples.end()};
  // In bites, so that the library's buffers stay small.
  std::vector<float> out;
  while (!samples.empty()) {
    const std::span<const float> bite = samples.first(std::min<size_t>(samples.size(), 8192));
    state_->processor.putSamples(bite.data(), static_cast<unsigned>(bite.size()));
    const std::vector<float> made = state_->Take();
    out.insert(out.end(), made.begin(), made.end());
    samples = samples.subspan(bite.size());
  }
  return out;
}

std::vector<float> TimeStretch::Finish() {
  if (state_->is_idle) return {};
  state_->processor.flush();
  const uint64_t before = state_->num_out;
  std::vector<float> out = state_->Take();
  // flush() pads with what silence it needs; ours is the exact length.
  const uint64_t total = StretchedLength(state_->num_in, state_->options.tempo);
  out.resize(static_cast<size_t>(total - std::min(total, before)));
  return out;
}

uint64_t StretchedLength(uint64_t num_samples, double tempo) {
  return static_cast<uint64_t>(std::llround(static_cast<double>(num_samples) / tempo));
}

}  // namespace litetts::audio
