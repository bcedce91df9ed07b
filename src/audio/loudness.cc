#include "audio/loudness.h"

#include <ebur128.h>

#include <array>
#include <cmath>
#include <new>

namespace litetts::audio {

struct LoudnessMeter::State {
  ebur128_state* meter = ebur128_init(1, 24000, EBUR128_MODE_I);
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

std::optional<double> LoudnessMeter::IntegratedWith(const LoudnessMeter& next) const {
  double lufs = 0.0;
  std::array meters = {state_->meter, next.state_->meter};
  if (ebur128_loudness_global_multiple(meters.data(), meters.size(), &lufs) != EBUR128_SUCCESS ||
      !std::isfinite(lufs)) {
    return std::nullopt;
  }
  return lufs;
}

}  // namespace litetts::audio
