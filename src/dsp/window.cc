#include "dsp/window.h"

#include <cmath>
#include <numbers>

namespace litetts::dsp {

std::vector<double> PeriodicHann(size_t size) {
  std::vector<double> window(size);
  for (size_t j = 0; j < size; ++j) {
    const double turns = static_cast<double>(j) / static_cast<double>(size);
    window[j] = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * turns);
  }
  return window;
}

}  // namespace litetts::dsp
