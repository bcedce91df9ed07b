#include "audio/loudness.h"

#include <ebur128.h>

#include <cmath>
#include <new>

namespace litetts::audio {

struct LoudnessMeter::State {
  ebur128_state* meter = ebur128_init(1, 24000, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
  State() {
    if (meter == nullptr) throw std::bad_alloc();
  }
  ~State() { ebur128_destroy(&meter); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

LoudnessMeter::LoudnessMeter() : state_(std::make_unique<State>()) {}
LoudnessMeter::LoudnessMeter(LoudnessMeter&&) noexcept = default;
LoudnessMeter& LoudnessMeter::operator=(LoudnessMeter&&) noexcept = default;
LoudnessMeter::~LoudnessMeter() = default;

void LoudnessMeter::Add(std::span<const float> samples) {
  if (ebur128_add_frames_float(state_->meter, samples.data(), samples.size()) != EBUR128_SUCCESS) {
    throw std::bad_alloc();  // the only way that it fails with one channel
  }
}

std::optional<double> LoudnessMeter::integrated() const {
  double lufs = 0.0;
  if (ebur128_loudness_global(state_->meter, &lufs) != EBUR128_SUCCESS || !std::isfinite(lufs)) {
    return std::nullopt;
  }
  return lufs;
}

double LoudnessMeter::true_peak() const {
  double peak = 0.0;
  ebur128_true_peak(state_->meter, 0, &peak);
  return peak;
}

}  // namespace litetts::audio
