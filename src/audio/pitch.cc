#include "audio/pitch.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "dsp/real_fft.h"
#include "dsp/window.h"

namespace litetts::audio {
namespace {

// At 6 kHz: four samples of 24 kHz to one, which is enough for a voice's lowest harmonics.
constexpr size_t kDecimation = 4;
constexpr double kRateHz = 24000.0 / kDecimation;
constexpr size_t kWindow = 180;  // 30 ms
constexpr size_t kStep = static_cast<size_t>(kPitchStepSeconds * kRateHz);
constexpr size_t kMinLag = 12;       // 500 Hz
constexpr size_t kMaxLag = 100;      // 60 Hz
constexpr double kVoiced = 0.65;     // correlation that a voice has
constexpr double kQuietest = 0.003;  // of the loudest window's energy: -25 dB

double Energy(const double* x) {
  double sum = 0.0;
  for (size_t i = 0; i < kWindow; ++i) sum += x[i] * x[i];
  return sum;
}

double PitchAt(const double* x) {
  double correlation[kMaxLag + 2] = {};
  const double energy = Energy(x);
  for (size_t lag = kMinLag - 1; lag <= kMaxLag + 1; ++lag) {
    double sum = 0.0;
    for (size_t i = 0; i < kWindow; ++i) sum += x[i] * x[i + lag];
    correlation[lag] = sum / std::sqrt(energy * Energy(x + lag) + 1e-20);
  }
  const double best = *std::max_element(correlation + kMinLag, correlation + kMaxLag + 1);
  if (best < kVoiced) return 0.0;
  // The shortest period that is nearly as good: twice a period fits as well.
  for (size_t lag = kMinLag; lag <= kMaxLag; ++lag) {
    const double before = correlation[lag - 1];
    const double here = correlation[lag];
    const double after = correlation[lag + 1];
    if (here < 0.9 * best || here < before || here < after) continue;
    const double bend = before - 2.0 * here + after;
    const double offset = bend < 0.0 ? 0.5 * (before - after) / bend : 0.0;
    return kRateHz / (static_cast<double>(lag) + offset);
  }
  return 0.0;
}

}  // namespace

std::vector<double> TrackPitch(std::span<const float> samples) {
  std::vector<double> slow(samples.size() / kDecimation);
  for (size_t i = 0; i < slow.size(); ++i) {
    for (size_t k = 0; k < kDecimation; ++k) {
      slow[i] += static_cast<double>(samples[i * kDecimation + k]) / kDecimation;
    }
  }
  const size_t reach = kWindow + kMaxLag + 2;
  std::vector<double> energies;
  for (size_t at = 0; at + reach <= slow.size(); at += kStep) energies.push_back(Energy(&slow[at]));
  if (energies.empty()) return {};
  const double floor = std::max(1e-9, kQuietest * *std::ranges::max_element(energies));
  std::vector<double> out;
  for (size_t i = 0; i < energies.size(); ++i) {
    out.push_back(energies[i] > floor ? PitchAt(&slow[i * kStep]) : 0.0);
  }
  return out;
}

double Brightness(std::span<const float> samples) {
  constexpr size_t kSize = 1024;
  dsp::RealFft fft(kSize);
  const std::vector<double> window = dsp::PeriodicHann(kSize);
  std::vector<float> frame(kSize);
  std::vector<std::complex<float>> bins(fft.num_bins());
  std::vector<double> power(fft.num_bins());
  for (size_t at = 0; at + kSize <= samples.size(); at += kSize / 2) {
    for (size_t i = 0; i < kSize; ++i) {
      frame[i] = static_cast<float>(window[i] * static_cast<double>(samples[at + i]));
    }
    fft.Forward(frame, bins);
    for (size_t k = 0; k < bins.size(); ++k) power[k] += static_cast<double>(std::norm(bins[k]));
  }
  double sum = 0.0;
  double moment = 0.0;
  for (size_t k = 1; k < power.size(); ++k) {
    const double magnitude = std::sqrt(power[k]);
    sum += magnitude;
    moment += magnitude * static_cast<double>(k) * 24000.0 / kSize;
  }
  return sum > 0.0 ? moment / sum : 0.0;
}

}  // namespace litetts::audio
