#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "audio/noise_bed.h"
#include "text/speech_style.h"

namespace litetts::engine {

// Adds noise beds to the samples of a stream. Positions are samples from its start; a bed begins
// and ends at a position that has not been mixed yet. Thread-compatible.
class BackgroundMixer {
 public:
  // REQUIRES: `background` has a type of audio/noise_bed.h.
  void Start(const text::Background& background, uint64_t position);
  // The bed that was started last fades out from `position` on.
  void Stop(uint64_t position);
  // Position at which the last of the beds that were stopped has faded out; 0 where none is heard.
  uint64_t end() const;

  // The next samples of the stream.
  void Mix(std::span<float> samples);

 private:
  struct Bed {
    text::Background background;
    audio::NoiseBed noise;
    uint64_t begin = 0;
    uint64_t end = UINT64_MAX;  // of full strength
    double ducked = 1.0;        // the gain that speech leaves
  };
  static double FadeGain(const Bed& bed, uint64_t position);
  static uint64_t FadeSamples(double seconds);

  std::vector<Bed> beds_;
  uint64_t position_ = 0;
  double envelope_ = 0.0;  // of the speech
};

}  // namespace litetts::engine
