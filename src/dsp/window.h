#pragma once

#include <cstddef>
#include <vector>

namespace litetts::dsp {

// Periodic Hann window: 0.5 - 0.5 cos(2 pi j / size), the one whose shifted copies add up evenly.
std::vector<double> PeriodicHann(size_t size);

}  // namespace litetts::dsp
