#pragma once

#include <memory>
#include <optional>
#include <span>

namespace litetts::audio {

// Integrated loudness of one stream at 24 kHz mono by EBU R 128 (libebur128). Thread-compatible.
class LoudnessMeter {
 public:
  LoudnessMeter();
  LoudnessMeter(LoudnessMeter&&) noexcept;
  LoudnessMeter& operator=(LoudnessMeter&&) noexcept;
  ~LoudnessMeter();

  void Add(std::span<const float> samples);
  // LUFS of all so far; none before 0.4 s and for silence.
  std::optional<double> integrated() const;
  // The same of all of this stream and then all of another.
  std::optional<double> IntegratedWith(const LoudnessMeter& next) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace litetts::audio
