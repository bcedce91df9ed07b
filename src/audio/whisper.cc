#include "audio/whisper.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/split_mix.h"
#include "dsp/window.h"

namespace litetts::audio {
namespace {

constexpr size_t kOrder = 26;
constexpr double kRateHz = 24000.0;
constexpr double kLowCutHz = 500.0;
// A whisper has lost its strongest part, the voice below 500 Hz; this gives some of it back.
constexpr double kMakeUp = 1.6;

struct Prediction {
  std::array<double, kOrder + 1> coefficients = {1.0};
  double error = 0.0;  // energy of what is not predicted
};

// Levinson and Durbin.
Prediction Predict(std::span<const float> frame) {
  std::array<double, kOrder + 1> correlation = {};
  for (size_t lag = 0; lag <= kOrder; ++lag) {
    for (size_t i = lag; i < frame.size(); ++i) {
      correlation[lag] += static_cast<double>(frame[i]) * static_cast<double>(frame[i - lag]);
    }
  }
  Prediction out;
  if (correlation[0] < 1e-9) return out;      // below -110 dB: nothing is left
  out.error = correlation[0] * (1.0 + 1e-5);  // as if there were a little noise: stays stable
  auto& a = out.coefficients;
  for (size_t order = 1; order <= kOrder; ++order) {
    double sum = correlation[order];
    for (size_t i = 1; i < order; ++i) sum += a[i] * correlation[order - i];
    const double reflection = -sum / out.error;
    for (size_t i = 1; i <= order / 2; ++i) {
      const double low = a[i];
      const double high = a[order - i];
      a[i] = low + reflection * high;
      if (i != order - i) a[order - i] = high + reflection * low;
    }
    a[order] = reflection;
    out.error *= 1.0 - reflection * reflection;
  }
  // Wider peaks: a whisper's formants ring less.
  double factor = 1.0;
  for (double& coefficient : a) {
    coefficient *= factor;
    factor *= 0.99;
  }
  return out;
}

// Roughly normal, deviation 1: a sum of four.
float Noise(uint64_t& state) {
  const uint64_t z = Mix64(state += kSplitMixStep);
  double sum = -2.0;
  for (int i = 0; i < 4; ++i) sum += static_cast<double>(z >> (16 * i) & 0xFFFF) / 65536.0;
  return static_cast<float>(sum * std::sqrt(3.0));
}

}  // namespace

Whisperer::Whisperer() : in_(kHop, 0.0f), out_(kSize, 0.0f) {
  for (const double value : dsp::PeriodicHann(kFrame)) {
    hann_.push_back(static_cast<float>(value));
    root_.push_back(static_cast<float>(std::sqrt(value)));
  }
  for (size_t bin = 0; bin < fft_.num_bins(); ++bin) {
    const double ratio = static_cast<double>(bin) * kRateHz / kSize / kLowCutHz;
    low_cut_.push_back(static_cast<float>(kMakeUp * ratio * ratio / (1.0 + ratio * ratio)));
  }
}

void Whisperer::AddFrame() {
  std::array<float, kFrame> frame;
  for (size_t i = 0; i < kFrame; ++i) frame[i] = hann_[i] * in_[i];
  const Prediction prediction = Predict(frame);
  if (prediction.error > 0.0) {
    // Deviation of what excites a sample; the window's squares add up to 3/8 of its size.
    const double gain = std::sqrt(prediction.error / (0.375 * kFrame));
    std::array<float, kSize> samples = {};
    for (size_t i = 0; i <= kOrder; ++i) {
      samples[i] = static_cast<float>(prediction.coefficients[i]);
    }
    std::vector<std::complex<float>> filter(fft_.num_bins());
    fft_.Forward(samples, filter);
    samples.fill(0.0f);
    for (size_t i = 0; i < kFrame; ++i) samples[i] = root_[i] * Noise(noise_);
    std::vector<std::complex<float>> spectrum(fft_.num_bins());
    fft_.Forward(samples, spectrum);
    for (size_t bin = 0; bin < spectrum.size(); ++bin) {
      spectrum[bin] *= static_cast<float>(gain) * low_cut_[bin] / filter[bin];
    }
    fft_.Inverse(spectrum, samples);
    for (size_t i = 0; i < kSize; ++i) out_[i] += samples[i];
  }
  ready_.insert(ready_.end(), out_.begin() + static_cast<std::ptrdiff_t>(num_before_),
                out_.begin() + kHop);
  num_before_ = 0;
  out_.erase(out_.begin(), out_.begin() + kHop);
  out_.resize(kSize, 0.0f);
  in_.erase(in_.begin(), in_.begin() + kHop);
}

std::vector<float> Whisperer::Take(size_t count) {
  std::vector<float> out(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(count));
  ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(count));
  num_out_ += count;
  return out;
}

std::vector<float> Whisperer::Process(std::span<const float> samples) {
  in_.insert(in_.end(), samples.begin(), samples.end());
  num_in_ += samples.size();
  while (in_.size() >= kFrame) AddFrame();
  return Take(ready_.size());
}

std::vector<float> Whisperer::Finish() {
  const size_t missing = static_cast<size_t>(num_in_ - num_out_);
  while (ready_.size() < missing) {
    in_.resize(std::max(in_.size(), kFrame), 0.0f);
    AddFrame();
  }
  return Take(missing);
}

}  // namespace litetts::audio
