#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace litetts::audio {

// What counts as silence: -68 dB of full scale, 50 dB below quiet speech. The weakest onsets of
// the model's 54 voices (a breathed "h") lie above it, its silence is digital.
inline constexpr float kSilenceAmplitude = 4e-4f;

struct EdgeTrimmerOptions {
  bool keep_start = false;
  bool keep_end = false;
  size_t margin = 0;  // samples of silence that stay before the first and after the last sound
};

// Cuts the silence before and after one piece of speech, as it comes. Samples are held back only
// while they are silent. Thread-compatible.
class EdgeTrimmer {
 public:
  explicit EdgeTrimmer(const EdgeTrimmerOptions& options) : options_(options) {}

  // The samples that certainly stay. A start with less silence than the margin stays as it is.
  std::vector<float> Process(std::span<const float> samples);
  // The rest: at most the margin unless the end is kept. REQUIRES: called once, last.
  std::vector<float> Finish();

  size_t num_trimmed_at_start() const { return num_trimmed_; }
  // Silent samples that Process() gave out before the first sound; known once it gave out any.
  size_t start_margin() const { return start_margin_; }

 private:
  const EdgeTrimmerOptions options_;
  bool has_sound_ = false;
  size_t num_trimmed_ = 0;
  size_t start_margin_ = 0;
  std::vector<float> held_;  // silence that may be the end, or before the first sound
};

}  // namespace litetts::audio
