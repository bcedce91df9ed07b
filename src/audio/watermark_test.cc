#include "audio/watermark.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "audio/resampler.h"

namespace litetts::audio {
namespace {

std::shared_ptr<const WatermarkKey> Key(std::string_view secret = "a secret of some length") {
  return std::make_shared<const WatermarkKey>(*WatermarkKey::Create(secret));
}

// Speech-like: harmonics of a gliding tone under moving formants, with pauses.
std::vector<float> Speech(double seconds, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<float> samples(static_cast<size_t>(seconds * kWatermarkRateHz));
  double phase = 0.0, breath = 0.0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const double t = static_cast<double>(i) / kWatermarkRateHz;
    const double f0 = 130.0 + 30.0 * std::sin(2.0 * t + seed) + 3.0 * std::sin(31.0 * t);
    phase += 2.0 * std::numbers::pi * f0 / kWatermarkRateHz;
    const double formant = 900.0 + 600.0 * std::sin(7.0 * t + 0.3 * seed);
    double sum = 0.0;
    for (int h = 1; h * f0 < 7000.0; ++h) {
      const double distance = (h * f0 - formant) / 700.0;
      sum += (0.02 + std::exp(-distance * distance)) * std::sin(h * phase) / std::sqrt(h);
    }
    breath = 0.6 * breath + normal(random);
    const double syllable = std::max(0.0, std::sin(9.0 * t) + 0.6);
    samples[i] = static_cast<float>(0.05 * syllable * (sum + 0.15 * breath));
  }
  return samples;
}

std::vector<float> Mark(std::span<const float> samples, const WatermarkMark& mark,
                        size_t piece = 1000) {
  WatermarkEmbedder embedder(mark);
  std::vector<float> out;
  for (size_t at = 0; at < samples.size(); at += piece) {
    const auto more = embedder.Process(samples.subspan(at, std::min(piece, samples.size() - at)));
    out.insert(out.end(), more.begin(), more.end());
  }
  const auto rest = embedder.Finish();
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

TEST(WatermarkTest, PayloadsComeBack) {
  const auto key = Key();
  for (uint32_t seed = 0; seed < 5; ++seed) {
    const std::vector<float> speech = Speech(6.0, seed);
    const uint32_t payload = 0xDEADBEEFu * (seed + 1);
    const std::vector<float> marked = Mark(speech, {key, payload});
    ASSERT_EQ(marked.size(), speech.size());
    const WatermarkReading reading = *DetectWatermark(marked, kWatermarkRateHz, *key);
    EXPECT_TRUE(reading.is_marked);
    EXPECT_EQ(reading.payload, payload);
    EXPECT_LT(reading.false_positive_probability, 1e-8);
    EXPECT_EQ(reading.likeliest_payload, payload);
    EXPECT_LE(reading.code_error_rate, 0.05);
  }
}

// The louder the noise, the more of the code has to be corrected; 0.2 is what chance looks like.
TEST(WatermarkTest, TellsHowMuchWasWrong) {
  const auto key = Key();
  const std::vector<float> marked = Mark(Speech(3.0, 2), {key, 0xCAFEF00D});
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.0f, 1.0f);
  double rate_before = DetectWatermark(marked, kWatermarkRateHz, *key)->code_error_rate;
  for (const float level : {0.01f, 1.0f}) {
    std::vector<float> noisy(marked);
    for (float& sample : noisy) sample += level * normal(random);
    const WatermarkReading reading = *DetectWatermark(noisy, kWatermarkRateHz, *key);
    EXPECT_GT(reading.code_error_rate, rate_before);
    EXPECT_LT(reading.code_error_rate, 0.3);
    rate_before = reading.code_error_rate;
  }
}

TEST(WatermarkTest, WhatIsNotMarkedIsNotFound) {
  const std::vector<float> speech = Speech(6.0, 1);
  const std::vector<float> marked = Mark(speech, {Key(), 7});
  EXPECT_FALSE(DetectWatermark(speech, kWatermarkRateHz, *Key())->is_marked);
  const auto other = DetectWatermark(marked, kWatermarkRateHz, *Key("another secret, as long"));
  EXPECT_FALSE(other->is_marked);
  EXPECT_FALSE(other->payload);
}

TEST(WatermarkTest, SurvivesCutsLevelsAndRates) {
  const auto key = Key();
  const std::vector<float> marked = Mark(Speech(8.0, 3), {key, 12345});
  const std::span<const float> cut = std::span<const float>(marked).subspan(12347);
  EXPECT_EQ(DetectWatermark(cut, kWatermarkRateHz, *key)->payload, 12345u);
  std::vector<float> soft(marked);
  for (float& sample : soft) sample *= 0.05f;
  EXPECT_EQ(DetectWatermark(soft, kWatermarkRateHz, *key)->payload, 12345u);
  auto resampler = Resampler::Create({.from_hz = 24000, .to_hz = 44100});
  EXPECT_EQ(DetectWatermark(*resampler->Process(marked), 44100, *key)->payload, 12345u);
}

TEST(WatermarkTest, PiecesGiveTheSameAsTheWholeAndSilenceStays) {
  const std::vector<float> speech = Speech(2.0, 5);
  const WatermarkMark mark{Key(), 1};
  EXPECT_EQ(Mark(speech, mark, 77), Mark(speech, mark, speech.size()));
  const std::vector<float> silence(5000);
  EXPECT_EQ(Mark(silence, mark), silence);
  EXPECT_TRUE(Mark(std::span<const float>(), mark).empty());
}

// The mark is a change of 0.6 to 1.6 dB in cells of the spectrum, nothing else.
TEST(WatermarkTest, ChangesLittle) {
  const std::vector<float> speech = Speech(4.0, 6);
  const std::vector<float> marked = Mark(speech, {Key(), 99});
  double signal = 0.0, change = 0.0;
  for (size_t i = 0; i < speech.size(); ++i) {
    const double difference = static_cast<double>(marked[i] - speech[i]);
    signal += static_cast<double>(speech[i]) * static_cast<double>(speech[i]);
    change += difference * difference;
  }
  EXPECT_GT(10.0 * std::log10(signal / change), 16.0);
}

TEST(WatermarkTest, CodeCorrectsErrors) {
  const auto key = Key();
  std::mt19937 random(4);
  int num_right = 0;
  for (uint32_t i = 0; i < 100; ++i) {
    const auto payload = static_cast<uint32_t>(random());
    auto bits = EncodePayload(*key, payload);
    // Six of the 96 bits say the opposite.
    for (size_t k = 0; k < 6; ++k) bits[(i + 16 * k) % kWatermarkCodeBits] *= -1.0f;
    const DecodedPayload decoded = DecodePayload(*key, bits);
    num_right += decoded.is_checked && decoded.payload == payload ? 1 : 0;
    EXPECT_DOUBLE_EQ(decoded.code_error_rate, 6.0 / 96.0);
  }
  EXPECT_EQ(num_right, 100);
}

TEST(WatermarkTest, NoiseHasNoChecksum) {
  const auto key = Key();
  std::mt19937 random(5);
  std::normal_distribution<float> normal;
  int num_found = 0;
  double error_rate = 0.0;
  for (int i = 0; i < 2000; ++i) {
    std::array<float, kWatermarkCodeBits> bits;
    for (float& bit : bits) bit = normal(random);
    const DecodedPayload decoded = DecodePayload(*key, bits);
    num_found += decoded.is_checked ? 1 : 0;
    error_rate += decoded.code_error_rate / 2000.0;
  }
  EXPECT_LE(num_found, 1);  // 2000 / 65536 are expected
  EXPECT_NEAR(error_rate, 0.2, 0.02);
}

TEST(WatermarkTest, ShortSecretsAndStrangeAudio) {
  EXPECT_EQ(WatermarkKey::Create("short").status().code(), StatusCode::kInvalidArgument);
  const auto key = Key();
  EXPECT_FALSE(DetectWatermark({}, 24000, *key)->is_marked);
  EXPECT_FALSE(DetectWatermark(std::vector<float>(100000), 24000, *key)->is_marked);
  EXPECT_FALSE(DetectWatermark(std::vector<float>(100, 0.5f), 24000, *key)->is_marked);
  EXPECT_FALSE(DetectWatermark(std::vector<float>(100), 0, *key).ok());
}

}  // namespace
}  // namespace litetts::audio
