#pragma once

#include <span>

namespace litetts::audio {

// How far two clips at 24 kHz are apart in dB: the root mean square difference of their log spectra
// per frame, mean over frames; 1024 points, hop 256, floor 80 dB below the loudest bin of both.
// Clips of different lengths are first aligned in time, frame by frame. REQUIRES: neither is empty.
double LogSpectralDistance(std::span<const float> a, std::span<const float> b);

}  // namespace litetts::audio
