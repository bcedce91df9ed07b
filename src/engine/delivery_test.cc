#include "engine/delivery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "audio/loudness.h"
#include "audio/resampler.h"

namespace litetts::engine {
namespace {

constexpr size_t kFrame = 600;

class RecordingSink : public AudioSink {
 public:
  Status OnStart(const text::Analysis&) override { return OkStatus(); }
  Status OnChunk(size_t, std::span<const int32_t>, size_t num_samples) override {
    planned.push_back(num_samples);
    return OkStatus();
  }
  Status OnSamples(std::span<const float> more) override {
    EXPECT_FALSE(more.empty());
    is_total_first = is_total_first || (samples.empty() && total.has_value());
    samples.insert(samples.end(), more.begin(), more.end());
    return OkStatus();
  }
  Status OnTotal(uint64_t num_samples) override {
    EXPECT_FALSE(total);
    total = num_samples;
    return OkStatus();
  }
  Status OnTimings(const Timings& timings) override {
    num_words.push_back(timings.words.size());
    return OkStatus();
  }

  std::vector<size_t> planned;
  std::vector<float> samples;
  std::optional<uint64_t> total;
  std::vector<size_t> num_words;
  bool is_total_first = false;
};

// A chunk of one word "ab", four tokens with the pads.
text::Chunk AbChunk() {
  text::Chunk chunk;
  chunk.phonemes = "ab";
  chunk.ids = {1, 2};
  text::Token token;
  token.text = "ab";
  token.phonemes = "ab";
  token.kind = "word";
  chunk.tokens = {token};
  return chunk;
}

// Speech-like: syllables of noise and tone between silent edges of 0.3 s.
std::vector<float> Speech(size_t size, float amplitude, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> noise(0.0f, 0.2f);
  std::vector<float> samples(size);
  for (size_t i = 7200; i + 7200 < size; ++i) {
    const double t = static_cast<double>(i) / 24000.0;
    const double syllable = 0.55 + 0.45 * std::sin(2.0 * std::numbers::pi * 4.0 * t);
    const double tone = std::sin(2.0 * std::numbers::pi * (150.0 + 20.0 * std::sin(t)) * t);
    samples[i] =
        amplitude * static_cast<float>(syllable * (tone + static_cast<double>(noise(random))));
  }
  return samples;
}

struct Delivered {
  RecordingSink sink;
  Timings timings;
};

Delivered Deliver(const DeliveryOptions& options, const std::vector<std::vector<float>>& chunks,
                  double pause_seconds, const ChunkStyle& style = {}, double trailing = 0.0,
                  double leading = 0.0) {
  text::Analysis analysis;
  analysis.chunks.assign(chunks.size(), AbChunk());
  Delivered result;
  Delivery delivery(options, result.sink);
  EXPECT_TRUE(delivery.Start(analysis, trailing).ok());
  if (leading > 0.0) delivery.AddPause(leading);
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (i > 0) delivery.AddPause(pause_seconds);
    const auto frames = static_cast<int32_t>(chunks[i].size() / kFrame);
    const std::vector<int32_t> durations = {12, 1, frames - 25, 12};
    EXPECT_TRUE(delivery.BeginChunk(i, durations, chunks[i].size(), style).ok());
    for (size_t at = 0; at < chunks[i].size(); at += 5000) {
      const auto piece = std::span(chunks[i]).subspan(at);
      EXPECT_TRUE(delivery.AddSamples(piece.first(std::min<size_t>(5000, piece.size()))).ok());
    }
    EXPECT_TRUE(delivery.EndChunk().ok());
  }
  EXPECT_TRUE(delivery.Finish().ok());
  EXPECT_EQ(delivery.num_samples(), result.sink.samples.size());
  EXPECT_EQ(result.sink.total, result.sink.samples.size());
  result.timings = delivery.timings();
  EXPECT_DOUBLE_EQ(result.timings.audio_seconds,
                   static_cast<double>(result.sink.samples.size()) / 24000.0);
  EXPECT_EQ(result.timings.phonemes.back().end_seconds, result.timings.audio_seconds);
  return result;
}

// Lengths of the silences inside, in samples.
std::vector<size_t> Silences(const std::vector<float>& samples, size_t shortest) {
  std::vector<size_t> lengths;
  size_t last = samples.size();
  for (size_t i = 0; i < samples.size(); ++i) {
    if (std::abs(samples[i]) <= audio::kSilenceAmplitude) continue;
    if (last < samples.size() && i - last - 1 >= shortest) lengths.push_back(i - last - 1);
    last = i;
  }
  return lengths;
}

TEST(DeliveryTest, OneChunkPassesBitForBitAndItsLengthIsKnownFirst) {
  const std::vector<float> speech = Speech(60 * kFrame, 0.3f, 1);
  const Delivered result = Deliver({}, {speech}, 0.0);
  EXPECT_EQ(result.sink.samples, speech);
  EXPECT_TRUE(result.sink.is_total_first);
  EXPECT_EQ(result.sink.planned, std::vector<size_t>{speech.size()});
}

TEST(DeliveryTest, PausesBetweenChunksAreExact) {
  const std::vector<float> speech = Speech(60 * kFrame, 0.3f, 1);
  for (const double seconds : {0.05, 0.2, 1.0}) {
    const Delivered result = Deliver({}, {speech, speech, speech}, seconds);
    const auto want = static_cast<size_t>(std::lround(seconds * 24000));
    EXPECT_EQ(Silences(result.sink.samples, 1000), (std::vector<size_t>{want, want}));
    EXPECT_EQ(result.sink.num_words, (std::vector<size_t>{1, 2, 3}));
  }
}

TEST(DeliveryTest, TrimsTheEndsWhereAskedOrWhereAPauseIs) {
  const std::vector<float> speech = Speech(60 * kFrame, 0.3f, 1);
  const size_t sound = speech.size() - 2 * 7200;
  EXPECT_NEAR(static_cast<double>(Deliver({.trim = true}, {speech}, 0.0).sink.samples.size()),
              static_cast<double>(sound + 2 * audio::kJointMargin), 20.0);
  const Delivered padded = Deliver({}, {speech}, 0.0, {}, /*trailing=*/1.0, /*leading=*/0.5);
  EXPECT_NEAR(static_cast<double>(padded.sink.samples.size()), static_cast<double>(sound + 36000),
              20.0);
}

TEST(DeliveryTest, WordsFollowTheAudio) {
  const std::vector<float> speech = Speech(60 * kFrame, 0.3f, 1);
  for (const double tempo : {0.5, 1.0, 2.0}) {
    const Delivered result = Deliver({.trim = true}, {speech, speech}, 1.0, {.tempo = tempo});
    ASSERT_EQ(result.timings.words.size(), 2u);
    const double sound = (1.5 - 0.6) / tempo;
    EXPECT_NEAR(result.timings.words[0].start_seconds, 0.005, 0.03) << tempo;
    EXPECT_NEAR(result.timings.words[0].end_seconds, sound, 0.04) << tempo;
    EXPECT_NEAR(result.timings.words[1].start_seconds - result.timings.words[0].end_seconds, 1.0,
                0.02);
  }
}

TEST(DeliveryTest, TempoSetsTheLength) {
  const std::vector<float> speech = Speech(80 * kFrame, 0.3f, 2);
  const Delivered result = Deliver({}, {speech}, 0.0, {.tempo = 1.6, .pitch_semitones = 3.0});
  EXPECT_EQ(result.sink.samples.size(), speech.size() * 10 / 16);
  EXPECT_TRUE(result.sink.is_total_first);
}

// At 192 kHz by soxr.
double TruePeakOf(const std::vector<float>& samples) {
  Result<audio::Resampler> resampler =
      audio::Resampler::Create({.from_hz = 24000, .to_hz = 192000});
  double peak = 0.0;
  for (const auto& piece : {*resampler->Process(samples), *resampler->Finish()}) {
    for (const float sample : piece) peak = std::max(peak, static_cast<double>(std::abs(sample)));
  }
  return peak;
}

TEST(DeliveryTest, LoudnessMeetsItsTargetBelowTheCeiling) {
  int num_clips = 0;
  for (const double target : {-30.0, -23.0, -18.0, -16.0, -14.0}) {
    for (uint32_t seed = 0; seed < 20; ++seed) {
      const std::vector<float> first =
          Speech((40 + 7 * seed) * kFrame, 0.05f + 0.03f * static_cast<float>(seed), seed);
      const std::vector<float> second = Speech(90 * kFrame, 0.3f, seed + 100);
      const Delivered result =
          Deliver({.loudness_lufs = target},
                  seed % 2 == 0 ? std::vector<std::vector<float>>{first}
                                : std::vector<std::vector<float>>{second, second, second},
                  0.4);
      audio::LoudnessMeter meter;
      meter.Add(result.sink.samples);
      EXPECT_NEAR(*meter.integrated(), target, 0.5) << seed;
      EXPECT_LE(20.0 * std::log10(TruePeakOf(result.sink.samples)), -1.0) << seed;
      ++num_clips;
    }
  }
  EXPECT_EQ(num_clips, 100);
}

TEST(DeliveryTest, LoudnessMeetsItsTargetWhereLaterChunksAreSofter) {
  const std::vector<float> loud = Speech(90 * kFrame, 0.3f, 1);
  const std::vector<float> soft = Speech(90 * kFrame, 0.19f, 2);
  for (const auto& pieces : {std::vector{loud, soft}, {soft, loud}, {loud, soft, soft, loud}}) {
    audio::LoudnessMeter meter;
    meter.Add(Deliver({.loudness_lufs = -19.0}, pieces, 0.3).sink.samples);
    EXPECT_NEAR(*meter.integrated(), -19.0, 0.45);
  }
}

TEST(DeliveryTest, VolumeIsLimitedNotClipped) {
  const std::vector<float> speech = Speech(60 * kFrame, 0.6f, 1);
  const Delivered result = Deliver({.volume = 4.0}, {speech}, 0.0);
  EXPECT_EQ(result.sink.samples.size(), speech.size());
  // Its noise is white up to the end of the band, where the limiter's meter fades.
  EXPECT_LE(20.0 * std::log10(TruePeakOf(result.sink.samples)), -0.9);
  const Delivered quiet = Deliver({.volume = 0.5}, {speech}, 0.0);
  for (size_t i = 0; i < speech.size(); ++i) ASSERT_EQ(quiet.sink.samples[i], 0.5f * speech[i]);
}

// Of the background, not of the speech, which ends before.
TEST(DeliveryTest, ABackgroundFadesOutBehindTheLastWord) {
  text::Analysis analysis;
  analysis.chunks.assign(2, AbChunk());
  analysis.backgrounds = {{.type = "white", .fade_out_seconds = 4.0}};
  RecordingSink sink;
  Delivery delivery({}, sink);
  ASSERT_TRUE(delivery.Start(analysis, 0.0).ok());
  const std::vector<float> speech = Speech(24000, 0.3f, 1);
  const std::vector<int32_t> durations = {12, 1, 15, 12};
  for (size_t i = 0; i < 2; ++i) {
    const ChunkStyle style = {.background = i == 0 ? 0 : -1};
    ASSERT_TRUE(delivery.BeginChunk(i, durations, speech.size(), style).ok());
    ASSERT_TRUE(delivery.AddSamples(speech).ok());
    ASSERT_TRUE(delivery.EndChunk().ok());
    if (i == 0) delivery.AddPause(0.3);
  }
  ASSERT_TRUE(delivery.Finish().ok());
  // The first chunk's last sound is at 0.7 s.
  EXPECT_NEAR(static_cast<double>(sink.samples.size()) / 24000.0, 0.7 + 4.0, 0.02);
  EXPECT_EQ(sink.total, sink.samples.size());
  float loudest = 0.0f;
  for (const float sample : std::span(sink.samples).last(240)) {
    loudest = std::max(loudest, std::abs(sample));
  }
  EXPECT_LT(loudest, 0.001f);  // no step
}

TEST(DeliveryTest, NothingButSilenceIsNoProblem) {
  const std::vector<float> silence(60 * kFrame, 0.0f);
  EXPECT_EQ(Deliver({}, {silence}, 0.0).sink.samples, silence);
  Deliver({.trim = true, .volume = 3.0, .loudness_lufs = -20.0}, {silence, silence}, 0.3);
}

}  // namespace
}  // namespace litetts::engine
