#pragma once

#include <span>
#include <vector>

namespace litetts::audio {

inline constexpr double kPitchStepSeconds = 0.01;

// The pitch of a voice in Hz every 10 ms, 60 to 500; 0 where there is none: silence, noise. Samples
// at 24 kHz. By the correlation of 30 ms with what comes a period later.
std::vector<double> TrackPitch(std::span<const float> samples);

// The centre of gravity of the mean spectrum in Hz: how bright a voice is. 0 for silence. Samples
// at 24 kHz.
double Brightness(std::span<const float> samples);

}  // namespace litetts::audio
