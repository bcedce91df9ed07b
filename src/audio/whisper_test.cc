#include "audio/whisper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litetts::audio {
namespace {

std::vector<float> Whisper(const std::vector<float>& samples, size_t piece) {
  Whisperer whisperer;
  std::vector<float> out;
  for (size_t i = 0; i < samples.size(); i += piece) {
    const auto more =
        whisperer.Process(std::span(samples).subspan(i, std::min(piece, samples.size() - i)));
    out.insert(out.end(), more.begin(), more.end());
  }
  const auto rest = whisperer.Finish();
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

// A voice of 120 Hz through one formant at `formant_hz`.
std::vector<float> Vowel(double formant_hz, size_t size) {
  std::vector<float> samples(size);
  const double radius = 0.97;
  const double turn = 2.0 * std::numbers::pi * formant_hz / 24000.0;
  double last = 0.0;
  double before = 0.0;
  for (size_t i = 0; i < size; ++i) {
    const double pulse = i % 200 == 0 ? 0.1 : 0.0;
    const double now = pulse + 2.0 * radius * std::cos(turn) * last - radius * radius * before;
    before = std::exchange(last, now);
    samples[i] = static_cast<float>(now);
  }
  return samples;
}

double Energy(std::span<const float> samples) {
  double sum = 0.0;
  for (const float x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum;
}

// How alike the samples are to themselves one period later, -1 to 1.
double Periodicity(std::span<const float> samples, size_t period) {
  double sum = 0.0;
  for (size_t i = period; i < samples.size(); ++i) {
    sum += static_cast<double>(samples[i]) * static_cast<double>(samples[i - period]);
  }
  return sum / Energy(samples);
}

// Energy near a frequency.
double Level(std::span<const float> samples, double hz) {
  double level = 0.0;
  for (size_t begin = 0; begin + 1024 <= samples.size(); begin += 1024) {
    double real = 0.0;
    double imaginary = 0.0;
    for (size_t i = 0; i < 1024; ++i) {
      const double phase = 2.0 * std::numbers::pi * hz * static_cast<double>(i) / 24000.0;
      real += static_cast<double>(samples[begin + i]) * std::cos(phase);
      imaginary += static_cast<double>(samples[begin + i]) * std::sin(phase);
    }
    level += real * real + imaginary * imaginary;
  }
  return level;
}

TEST(WhisperTest, TheVoiceIsGoneAndTheFormantStays) {
  for (const double formant_hz : {1000.0, 2000.0, 3500.0}) {
    const std::vector<float> vowel = Vowel(formant_hz, 24000);
    const std::vector<float> whisper = Whisper(vowel, 24000);
    ASSERT_EQ(whisper.size(), vowel.size());
    EXPECT_GT(Periodicity(vowel, 200), 0.95);
    EXPECT_LT(std::abs(Periodicity(whisper, 200)), 0.1) << formant_hz;
    EXPECT_GT(Level(whisper, formant_hz), 5.0 * Level(whisper, formant_hz + 1500.0));
    EXPECT_GT(Level(whisper, formant_hz), 5.0 * Level(whisper, formant_hz - 700.0));
    const double change = 10.0 * std::log10(Energy(whisper) / Energy(vowel));
    EXPECT_GT(change, -8.0) << formant_hz;
    EXPECT_LT(change, 6.0) << formant_hz;
  }
}

TEST(WhisperTest, SilenceStaysAndSoundKeepsItsPlace) {
  std::vector<float> samples(48000, 0.0f);
  const std::vector<float> vowel = Vowel(1500.0, 12000);
  std::copy(vowel.begin(), vowel.end(), samples.begin() + 20000);
  const std::vector<float> whisper = Whisper(samples, 1000);
  for (size_t i = 0; i < 19400; ++i) ASSERT_EQ(whisper[i], 0.0f) << i;
  for (size_t i = 33200; i < whisper.size(); ++i) ASSERT_EQ(whisper[i], 0.0f) << i;
  EXPECT_GT(Energy(std::span(whisper).subspan(20500, 11000)), 0.8 * Energy(whisper));
}

TEST(WhisperTest, PiecesDoNotMatterAndLengthsAreKept) {
  const std::vector<float> vowel = Vowel(700.0, 5000);
  const std::vector<float> whole = Whisper(vowel, vowel.size());
  for (const size_t piece : {1u, 77u, 512u}) EXPECT_EQ(Whisper(vowel, piece), whole);
  for (const size_t size : {0u, 1u, 255u, 256u, 257u, 511u, 512u, 513u}) {
    EXPECT_EQ(Whisper(Vowel(700.0, size), 100).size(), size);
  }
}

}  // namespace
}  // namespace litetts::audio
