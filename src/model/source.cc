#include "model/source.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/split_mix.h"
#include "model/binder.h"

namespace litetts::model {

using kernels::Matrix;

namespace {

constexpr size_t kBlock = HarmonicSource::kSamplesPerValue;
constexpr size_t kBins = dsp::ShortStft::kBins;
constexpr double kAmplitude = 0.1;
constexpr float kVoicedHz = 10.0f;
constexpr double kVoicedNoise = 0.003;
constexpr double kUnvoicedNoise = kAmplitude / 3.0;
constexpr double kVanishingMagnitude = 1e-6;

// sin(2 pi turns) to 7e-10, without a branch, so that loops vectorise on any target.
inline double SinOfTurns(double turns) {
  // Adding and taking away 1.5 * 2^52 rounds to the nearest integer: |r| <= 1/2.
  constexpr double kRound = 6755399441055744.0;
  const double r = turns - ((turns + kRound) - kRound);
  // sin is symmetric about the quarter turn: |quarter| <= 1/4.
  const double quarter = std::copysign(0.25 - std::abs(std::abs(r) - 0.25), r);
  const double x = quarter * (2.0 * std::numbers::pi);
  const double x2 = x * x;
  // Taylor; the first term left out is at most (pi / 2)^15 / 15! = 7e-10.
  double p = 1.0 / 6227020800.0;
  p = p * x2 - 1.0 / 39916800.0;
  p = p * x2 + 1.0 / 362880.0;
  p = p * x2 - 1.0 / 5040.0;
  p = p * x2 + 1.0 / 120.0;
  p = p * x2 - 1.0 / 6.0;
  return x + x * x2 * p;
}

// Fraction in [0, 1), for negative values too.
double Fraction(double value) { return value - std::floor(value); }

// Turns per sample of harmonic h (from 1), reduced as the reference does.
double Increment(float f0, size_t harmonic) {
  return Fraction(static_cast<double>(harmonic) * f0 / kSampleRateHz);
}

// One standard normal number as a function of (seed, index): SplitMix64 of both, then Box-Muller.
double Gaussian(uint64_t seed, uint64_t index) {
  const uint64_t key = Mix64(seed + kSplitMixStep);
  const uint64_t bits = Mix64(key + (index + 1) * kSplitMixStep);
  const double u = (static_cast<double>(bits >> 32) + 0.5) * 0x1p-32;
  const double v = static_cast<double>(bits & 0xFFFFFFFFu) * 0x1p-32;
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

}  // namespace

HarmonicSource::HarmonicSource(Binder& binder) {
  const std::span<const float> mix =
      binder.Floats("decoder.generator.m_source.l_linear.weight", {kHarmonics, 1});
  const std::span<const float> bias =
      binder.Floats("decoder.generator.m_source.l_linear.bias", {1});
  if (!binder.status().ok()) return;
  std::copy(mix.begin(), mix.end(), mix_.begin());
  mix_bias_ = bias[0];
}

void HarmonicSource::MakeWave(LayerContext& context, std::span<const float> f0,
                              std::optional<uint64_t> noise_seed, std::span<float> wave) const {
  const Arena::Scope scope(context.arena);
  // Phase in turns at the middle of each block, reduced: only whole blocks may be, since the phase
  // between two middles is interpolated from the unreduced difference.
  const std::span<double> phases = context.arena.Allocate<double>(f0.size() * kHarmonics);
  for (size_t h = 0; h < kHarmonics; ++h) {
    double phase = 0.0;
    for (size_t n = 0; n < f0.size(); ++n) {
      phase = Fraction(phase + static_cast<double>(kBlock) * Increment(f0[n], h + 1));
      phases[n * kHarmonics + h] = phase;
    }
  }
  context.pool.ParallelFor(f0.size(), [&](size_t block, size_t) {
    FillBlock(f0, block, phases.data(), noise_seed, wave.subspan(block * kBlock, kBlock));
  });
}

// The first half of a block lies between the middles of the last block and this one, the second
// between this and the next. Before the first and after the last middle the phase stands still.
void HarmonicSource::FillBlock(std::span<const float> f0, size_t block, const double* phases,
                               std::optional<uint64_t> noise_seed, std::span<float> wave) const {
  constexpr size_t kHalf = kBlock / 2;
  const bool is_voiced = f0[block] > kVoicedHz;
  std::array<double, kBlock> sum;
  sum.fill(mix_bias_);
  if (is_voiced) {
    for (size_t h = 0; h < kHarmonics; ++h) {
      const double weight = kAmplitude * mix_[h];
      for (size_t half = 0; half < 2; ++half) {
        const bool is_edge = half == 0 ? block == 0 : block + 1 == f0.size();
        const size_t from = half == 0 && !is_edge ? block - 1 : block;  // the middle before
        const double start = phases[from * kHarmonics + h];
        const double step = is_edge ? 0.0 : Increment(f0[from + 1], h + 1);
        const double offset = half == 0 ? kHalf + 0.5 : 0.5;  // samples since that middle
        double* out = sum.data() + half * kHalf;
        for (size_t i = 0; i < kHalf; ++i) {
          const double turns = start + step * (offset + static_cast<double>(static_cast<int>(i)));
          out[i] += weight * SinOfTurns(turns);
        }
      }
    }
  }
  if (noise_seed.has_value()) {
    // The nine harmonics' noises only enter mixed: one with the mix's deviation has the same
    // distribution.
    double norm = 0.0;
    for (const float weight : mix_) norm += static_cast<double>(weight) * weight;
    const double deviation = std::sqrt(norm) * (is_voiced ? kVoicedNoise : kUnvoicedNoise);
    for (size_t i = 0; i < kBlock; ++i) {
      sum[i] += deviation * Gaussian(*noise_seed, block * kBlock + i);
    }
  } else if (!is_voiced) {
    std::fill(wave.begin(), wave.end(), std::tanh(mix_bias_));
    return;
  }
  for (size_t i = 0; i < kBlock; ++i) wave[i] = std::tanh(static_cast<float>(sum[i]));
}

void HarmonicSource::MakeSpectrogram(LayerContext& context, std::span<const float> wave,
                                     const Matrix& har) const {
  ForRowBlocks(context.pool, har.rows, 256, [&](size_t begin, size_t end) {
    std::array<double, kBins> real;
    std::array<double, kBins> imaginary;
    for (size_t frame = begin; frame < end; ++frame) {
      stft_.Analyse(wave, frame, real, imaginary);
      float* row = har.Row(frame);
      for (size_t k = 0; k < kBins; ++k) {
        const double magnitude = std::sqrt(real[k] * real[k] + imaginary[k] * imaginary[k]);
        row[k] = static_cast<float>(magnitude);
        row[kBins + k] =
            magnitude < kVanishingMagnitude
                ? 0.0f
                : std::atan2(static_cast<float>(imaginary[k]), static_cast<float>(real[k]));
      }
    }
  });
}

}  // namespace litetts::model
