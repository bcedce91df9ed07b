#include "audio/resampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace litetts::audio {
namespace {

std::vector<float> Tone(size_t num_frames, int rate_hz, double hz) {
  std::vector<float> out(num_frames);
  for (size_t i = 0; i < num_frames; ++i) {
    out[i] = static_cast<float>(
        0.5 * std::sin(2 * std::numbers::pi * hz * static_cast<double>(i) / rate_hz));
  }
  return out;
}

std::vector<float> RunAll(const ResamplerOptions& options, const std::vector<float>& in,
                          size_t piece) {
  auto resampler = Resampler::Create(options);
  EXPECT_TRUE(resampler.ok());
  std::vector<float> out;
  for (size_t begin = 0; begin < in.size(); begin += piece) {
    auto made =
        resampler->Process(std::span(in).subspan(begin, std::min(piece, in.size() - begin)));
    EXPECT_TRUE(made.ok());
    out.insert(out.end(), made->begin(), made->end());
  }
  auto rest = resampler->Finish();
  EXPECT_TRUE(rest.ok());
  out.insert(out.end(), rest->begin(), rest->end());
  return out;
}

TEST(ResamplerTest, LengthIsExactForEveryRateAndLength) {
  for (const int to : {8000, 11025, 16000, 22050, 24000, 44100, 48000, 96000}) {
    for (const size_t length : {0, 1, 2, 3, 100, 599, 600, 24000, 50001}) {
      const std::vector<float> out =
          RunAll({.from_hz = 24000, .to_hz = to}, std::vector<float>(length), 997);
      EXPECT_EQ(out.size(),
                static_cast<size_t>(std::llround(static_cast<double>(length) * to / 24000)))
          << to << " Hz, " << length;
    }
  }
}

TEST(ResamplerTest, ATonesStaysItselfWithoutDelay) {
  for (const int to : {8000, 16000, 22050, 48000}) {
    const std::vector<float> got =
        RunAll({.from_hz = 24000, .to_hz = to}, Tone(24000, 24000, 440), 1234);
    const std::vector<float> want = Tone(got.size(), to, 440);
    double noise = 0;
    // The ends hold the filter's ringing where the tone begins and stops.
    for (size_t i = 500; i + 500 < want.size(); ++i)
      noise = std::max(noise, std::abs(double{got[i]} - want[i]));
    EXPECT_LT(noise, 1e-5) << to;  // 20 bits of 0.5
  }
}

TEST(ResamplerTest, PiecesGiveTheSameAsOneCall) {
  const std::vector<float> in = Tone(20000, 24000, 1000);
  const ResamplerOptions options{.from_hz = 24000, .to_hz = 44100};
  EXPECT_EQ(RunAll(options, in, 333), RunAll(options, in, in.size()));
}

TEST(ResamplerTest, EqualRatesPassTheSamplesOn) {
  const std::vector<float> in = Tone(5000, 24000, 1000);
  EXPECT_EQ(RunAll({.from_hz = 24000, .to_hz = 24000}, in, 700), in);
}

TEST(ResamplerTest, RefusesImpossibleRates) {
  EXPECT_EQ(Resampler::Create({.from_hz = 24000, .to_hz = 0}).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace litetts::audio
