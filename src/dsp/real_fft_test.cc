#include "dsp/real_fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace litetts::dsp {
namespace {

std::vector<float> Noise(size_t size) {
  std::mt19937 random(static_cast<uint32_t>(size));
  std::normal_distribution<float> normal;
  std::vector<float> samples(size);
  for (float& sample : samples) sample = normal(random);
  return samples;
}

TEST(RealFftTest, IsTheSumOfTheDefinition) {
  for (const size_t size : {4, 8, 16, 64, 512}) {
    const std::vector<float> samples = Noise(size);
    RealFft fft(size);
    std::vector<std::complex<float>> bins(fft.num_bins(), {NAN, NAN});
    fft.Forward(samples, bins);
    for (size_t k = 0; k < bins.size(); ++k) {
      std::complex<double> want = 0.0;
      for (size_t n = 0; n < size; ++n) {
        const double angle =
            -2.0 * std::numbers::pi * static_cast<double>(k * n % size) / static_cast<double>(size);
        want += static_cast<double>(samples[n]) * std::polar(1.0, angle);
      }
      // Rounding grows with the logarithm of the size.
      EXPECT_NEAR(static_cast<double>(bins[k].real()), want.real(), 1e-5 * std::sqrt(size) * 5);
      EXPECT_NEAR(static_cast<double>(bins[k].imag()), want.imag(), 1e-5 * std::sqrt(size) * 5);
    }
  }
}

TEST(RealFftTest, InverseUndoesForward) {
  for (const size_t size : {4, 32, 512, 2048}) {
    const std::vector<float> samples = Noise(size);
    RealFft fft(size);
    std::vector<std::complex<float>> bins(fft.num_bins());
    std::vector<float> back(size, NAN);
    fft.Forward(samples, bins);
    fft.Inverse(bins, back);
    for (size_t i = 0; i < size; ++i) EXPECT_NEAR(back[i], samples[i], 2e-6f * 4.0f);
  }
}

}  // namespace
}  // namespace litetts::dsp
