#pragma once

#include <cstddef>
#include <span>

namespace litetts::audio {

// Steps in a signal at 24 kHz that speech does not make: a sample whose change of slope is 12 times
// what the 10 ms around it have (their root mean square, itself left out), and of at least 1 % of
// full scale. For tests and checks of joints.
size_t CountClicks(std::span<const float> samples);

}  // namespace litetts::audio
