#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dsp/real_fft.h"

namespace litetts::audio {

// Makes a whisper of speech at 24 kHz mono, piece by piece: the shape of the mouth stays (linear
// prediction, 26 coefficients every 10.7 ms), and noise takes the place of the voice, with less of
// it below 500 Hz. As many samples out as in, each at its place; silence stays silent. The same
// samples give the same whisper, however they are cut. Thread-compatible.
class Whisperer {
 public:
  Whisperer();

  // What is ready; the last 21 ms wait for what follows.
  std::vector<float> Process(std::span<const float> samples);
  // The rest. REQUIRES: called once, last.
  std::vector<float> Finish();

 private:
  static constexpr size_t kFrame = 512;
  static constexpr size_t kHop = kFrame / 2;
  static constexpr size_t kSize = 2 * kFrame;  // of the transform: room for what rings on

  void AddFrame();
  std::vector<float> Take(size_t count);

  dsp::RealFft fft_{kSize};
  std::vector<float> hann_;     // of the analysis
  std::vector<float> root_;     // of the noise: squares add up to 1
  std::vector<float> low_cut_;  // gain of each bin
  std::vector<float> in_;       // from the begin of the next frame on
  std::vector<float> out_;      // from the same place on: sums that later frames add to
  std::vector<float> ready_;    // not yet taken
  size_t num_before_ = kHop;    // of `ready_` to come that lie before the first sample
  uint64_t num_in_ = 0;
  uint64_t num_out_ = 0;
  uint64_t noise_ = 0;  // state of the noise
};

}  // namespace litetts::audio
