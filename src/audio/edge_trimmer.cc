#include "audio/edge_trimmer.h"

#include <algorithm>
#include <cmath>

namespace litetts::audio {
namespace {

bool IsSound(float sample) { return std::abs(sample) > kSilenceAmplitude; }

}  // namespace

std::vector<float> EdgeTrimmer::Process(std::span<const float> samples) {
  std::vector<float> out;
  const auto last = std::find_if(samples.rbegin(), samples.rend(), IsSound);
  // [0, sound_end) ends with a sound.
  const auto sound_end = static_cast<size_t>(samples.rend() - last);
  if (sound_end > 0) {
    out.swap(held_);
    if (!has_sound_) {
      const auto first = static_cast<size_t>(std::find_if(samples.begin(), samples.end(), IsSound) -
                                             samples.begin());
      const size_t silence = out.size() + first;
      out.insert(out.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(first));
      const size_t cut = options_.keep_start ? 0 : silence - std::min(silence, options_.margin);
      out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(cut));
      num_trimmed_ += cut;
      start_margin_ = silence - cut;
      samples = samples.subspan(first);
      out.insert(out.end(), samples.begin(),
                 samples.begin() + static_cast<std::ptrdiff_t>(sound_end - first));
      samples = samples.subspan(sound_end - first);
      has_sound_ = true;
    } else {
      out.insert(out.end(), samples.begin(),
                 samples.begin() + static_cast<std::ptrdiff_t>(sound_end));
      samples = samples.subspan(sound_end);
    }
  }
  held_.insert(held_.end(), samples.begin(), samples.end());
  if (!has_sound_ && !options_.keep_start && held_.size() > options_.margin) {
    const size_t cut = held_.size() - options_.margin;
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(cut));
    num_trimmed_ += cut;
  }
  return out;
}

std::vector<float> EdgeTrimmer::Finish() {
  if (!options_.keep_end && held_.size() > options_.margin) held_.resize(options_.margin);
  return std::move(held_);
}

}  // namespace litetts::audio
