#include "engine/voice_card.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <set>

#include "engine/style_presets.h"

namespace litetts::engine {
namespace {

// Tones of one pitch whose upper harmonics fall off by `slope` each.
std::vector<float> Voice(double hz, double slope, size_t size) {
  std::vector<float> samples(size);
  for (size_t i = 0; i < size; ++i) {
    double sum = 0.0;
    double amplitude = 0.1;
    for (int k = 1; k <= 20; ++k, amplitude *= slope) {
      sum +=
          amplitude * std::cos(2.0 * std::numbers::pi * k * hz * static_cast<double>(i) / 24000.0);
    }
    samples[i] = static_cast<float>(sum);
  }
  return samples;
}

Timings FourWords() {
  Timings timings;
  for (size_t i = 0; i < 4; ++i) {
    WordTiming word;
    word.start_seconds = 0.5 * static_cast<double>(i);
    word.end_seconds = word.start_seconds + 0.5;
    timings.words.push_back(word);
  }
  return timings;
}

TEST(VoiceCardTest, MeasuresPitchRateAndBrightness) {
  const VoiceCard low = MeasureVoice(Voice(110.0, 0.6, 48000), FourWords());
  EXPECT_NEAR(low.pitch_hz, 110.0, 2.0);
  EXPECT_NEAR(low.low_pitch_hz, 110.0, 2.0);
  EXPECT_NEAR(low.words_per_minute, 120.0, 0.1);
  EXPECT_GT(low.voiced_share, 0.9);
  EXPECT_DOUBLE_EQ(low.audio_seconds, 2.0);
  EXPECT_TRUE(low.loudness_lufs);
  const VoiceCard bright = MeasureVoice(Voice(220.0, 0.9, 48000), FourWords());
  EXPECT_NEAR(bright.pitch_hz, 220.0, 4.0);
  EXPECT_GT(bright.brightness_hz, 2.0 * low.brightness_hz);
}

TEST(VoiceCardTest, SilenceHasNothing) {
  const VoiceCard card = MeasureVoice(std::vector<float>(24000), {});
  EXPECT_EQ(card.pitch_hz, 0.0);
  EXPECT_EQ(card.words_per_minute, 0.0);
  EXPECT_EQ(card.brightness_hz, 0.0);
  EXPECT_FALSE(card.loudness_lufs);
}

TEST(StylePresetsTest, EachIsFoundAndAnEmotionIsNot) {
  std::set<std::string_view> names;
  for (const StylePreset& preset : StylePresets()) {
    ASSERT_TRUE(FindStyle(preset.name).ok());
    EXPECT_EQ(FindStyle(preset.name)->rate, preset.rate);
    names.insert(preset.name);
  }
  EXPECT_EQ(names.size(), StylePresets().size());
  EXPECT_EQ(*FindStyle("neutral"), text::SpeechStyle());
  EXPECT_TRUE(FindStyle("whisper")->is_whispered);
  for (const char* emotion : {"happy", "angry", "sad", "", "Calm"}) {
    EXPECT_EQ(FindStyle(emotion).status().code(), StatusCode::kInvalidArgument) << emotion;
  }
}

}  // namespace
}  // namespace litetts::engine
