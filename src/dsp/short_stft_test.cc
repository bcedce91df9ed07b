#include "dsp/short_stft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

#include "dsp/window.h"

namespace litetts::dsp {
namespace {

using Bins = std::array<double, ShortStft::kBins>;

std::vector<float> Noise(size_t size) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> samples(size);
  for (float& sample : samples) sample = uniform(random);
  return samples;
}

// The definition, written without regard for speed.
std::complex<double> Definition(const std::vector<float>& samples, size_t frame, size_t bin) {
  std::complex<double> sum = 0.0;
  for (size_t j = 0; j < ShortStft::kSize; ++j) {
    auto index = static_cast<ptrdiff_t>(frame * ShortStft::kHop + j) - 10;
    const auto last = static_cast<ptrdiff_t>(samples.size()) - 1;
    index = std::abs(index);
    if (index > last) index = 2 * last - index;
    const double w = 0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(j) / 20.0);
    sum += w * samples[static_cast<size_t>(index)] *
           std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(bin * j) / 20.0);
  }
  return sum;
}

TEST(PeriodicHannTest, RisesFromZeroAndIsPeriodic) {
  const std::vector<double> window = PeriodicHann(20);
  EXPECT_EQ(window[0], 0.0);
  EXPECT_NEAR(window[10], 1.0, 1e-15);
  for (size_t j = 1; j < 20; ++j) EXPECT_NEAR(window[j], window[20 - j], 1e-15);
  for (size_t j = 0; j < 5;
       ++j) {  // four shifted squares add up to 1.5, which the inverse divides by
    double sum = 0.0;
    for (size_t k = 0; k < 4; ++k) sum += window[j + 5 * k] * window[j + 5 * k];
    EXPECT_NEAR(sum, 1.5, 1e-14);
  }
}

TEST(ShortStftTest, MatchesTheDefinitionWithReflectedEnds) {
  const std::vector<float> samples = Noise(60);
  const ShortStft stft;
  ASSERT_EQ(ShortStft::NumFrames(samples.size()), 13u);
  for (size_t frame = 0; frame < 13; ++frame) {
    Bins real;
    Bins imaginary;
    stft.Analyse(samples, frame, real, imaginary);
    for (size_t bin = 0; bin < ShortStft::kBins; ++bin) {
      const std::complex<double> want = Definition(samples, frame, bin);
      EXPECT_NEAR(real[bin], want.real(), 1e-12) << frame << ' ' << bin;
      EXPECT_NEAR(imaginary[bin], want.imag(), 1e-12) << frame << ' ' << bin;
    }
  }
}

TEST(ShortStftTest, EdgeBinsHavePositiveZeroImaginaryPart) {
  const std::vector<float> samples(60, -0.03f);
  Bins real;
  Bins imaginary;
  ShortStft().Analyse(samples, 4, real, imaginary);
  for (const size_t bin : {size_t{0}, ShortStft::kBins - 1}) {
    EXPECT_EQ(imaginary[bin], 0.0);
    EXPECT_FALSE(std::signbit(imaginary[bin]));
  }
  EXPECT_EQ(std::atan2(imaginary[0], real[0]), std::numbers::pi);
}

TEST(ShortStftTest, InverseUndoesForwardIncludingBothEnds) {
  const std::vector<float> samples = Noise(100);
  const ShortStft stft;
  const size_t num_frames = ShortStft::NumFrames(samples.size());
  std::vector<float> sum(samples.size() + ShortStft::kSize);
  for (size_t frame = 0; frame < num_frames; ++frame) {
    Bins real;
    Bins imaginary;
    stft.Analyse(samples, frame, real, imaginary);
    std::array<float, ShortStft::kBins> re;
    std::array<float, ShortStft::kBins> im;
    std::transform(real.begin(), real.end(), re.begin(),
                   [](double v) { return static_cast<float>(v); });
    std::transform(imaginary.begin(), imaginary.end(), im.begin(),
                   [](double v) { return static_cast<float>(v); });
    std::array<float, ShortStft::kSize> y;
    stft.Synthesise(re, im, y);
    for (size_t j = 0; j < y.size(); ++j) sum[frame * ShortStft::kHop + j] += y[j];
  }
  for (size_t i = 0; i < samples.size(); ++i) {
    const size_t position = i + ShortStft::kSize / 2;
    const auto envelope = stft.InverseEnvelope(position / ShortStft::kHop, num_frames);
    EXPECT_NEAR(sum[position] * envelope[position % ShortStft::kHop], samples[i], 2e-6) << i;
  }
}

TEST(ShortStftTest, EnvelopeTapersAtBothEnds) {
  const ShortStft stft;
  const size_t num_frames = 50;
  EXPECT_NEAR(1.0f / stft.InverseEnvelope(20, num_frames)[3], 1.5f, 1e-6);
  EXPECT_NEAR(1.0f / stft.InverseEnvelope(2, num_frames)[0], 1.25f,
              1e-6);  // first sample that is kept
  EXPECT_NEAR(1.0f / stft.InverseEnvelope(2, num_frames)[1], 1.3806f, 1e-4);
  EXPECT_EQ(stft.InverseEnvelope(0, num_frames)[0], 0.0f);  // the window starts at zero
}

}  // namespace
}  // namespace litetts::dsp
