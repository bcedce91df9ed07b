#include "audio/encoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "audio/decode_for_test.h"

namespace litetts::audio {
namespace {

// A sweep from 200 to 1000 Hz at -10 dB, so that a shift or a lost piece shows in the correlation.
// All of it lies in the band of every rate here.
std::vector<float> Sweep(size_t num_frames, int rate_hz, int channels = 1) {
  std::vector<float> out;
  double phase = 0;
  for (size_t i = 0; i < num_frames; ++i) {
    const double hz = 200 + 800 * static_cast<double>(i) / static_cast<double>(num_frames);
    phase += 2 * std::numbers::pi * hz / rate_hz;
    for (int c = 0; c < channels; ++c) {
      out.push_back(static_cast<float>((c == 0 ? 0.3 : -0.15) * std::sin(phase)));
    }
  }
  return out;
}

// Signal to noise ratio of `got` against `want` shifted by `delay` frames.
double SnrDb(const std::vector<float>& want, const std::vector<float>& got, size_t delay = 0) {
  double signal = 0;
  double noise = 0;
  for (size_t i = 0; i < want.size() && i + delay < got.size(); ++i) {
    signal += double{want[i]} * want[i];
    noise += std::pow(double{got[i + delay]} - want[i], 2);
  }
  return 10 * std::log10(signal / std::max(noise, 1e-30));
}

std::string EncodeAll(const EncoderOptions& options, const std::vector<float>& samples,
                      size_t piece) {
  auto encoder = Encoder::Create(options);
  EXPECT_TRUE(encoder.ok()) << encoder.status().ToString();
  if (!encoder.ok()) return {};
  std::string bytes;
  for (size_t begin = 0; begin < samples.size(); begin += piece) {
    auto out = (*encoder)->Encode(
        std::span(samples).subspan(begin, std::min(piece, samples.size() - begin)));
    EXPECT_TRUE(out.ok()) << out.status().ToString();
    bytes += out.ok() ? *out : "";
  }
  auto rest = (*encoder)->Finish();
  EXPECT_TRUE(rest.ok()) << rest.status().ToString();
  return rest.ok() ? bytes + *rest : bytes;
}

const char* DemuxerFor(Format format) {
  switch (format) {
    case Format::kPcm:
      return "s16le";
    case Format::kMulaw:
      return "mulaw";
    case Format::kAlaw:
      return "alaw";
    default:
      return nullptr;
  }
}

Decoded Decode(const EncoderOptions& options, const std::string& bytes) {
  const char* demuxer = DemuxerFor(options.format);
  return DecodeForTest(bytes, demuxer, demuxer == nullptr ? 0 : options.sample_rate_hz);
}

class EncoderTest : public testing::TestWithParam<Format> {};

std::string NameOf(const testing::TestParamInfo<Format>& info) {
  return std::string(FormatName(info.param));
}

INSTANTIATE_TEST_SUITE_P(Formats, EncoderTest, testing::ValuesIn(kAllFormats), NameOf);

// What a decoder gives back beyond the input, at its front and at its end, where the format cannot
// signal it.
struct Unsignalled {
  size_t front = 0;
  size_t most_at_end = 0;
};

Unsignalled UnsignalledFor(const EncoderOptions& options) {
  if (options.format == Format::kAac) return {1024, 1023};
  if (options.format == Format::kMulaw || options.format == Format::kAlaw) {
    return {0, static_cast<size_t>(options.sample_rate_hz) / 50 - 1};
  }
  // Bare frames: encoder delay 576 and decoder delay 529, and at the end 576 samples and up to a
  // frame.
  if (options.format == Format::kMp3 && !options.num_frames) return {1105, 576 + 1152 - 529};
  return {};
}

TEST_P(EncoderTest, SaysThatTheSpeechIsSyntheticWhereItCan) {
  const EncoderOptions options{.format = GetParam()};
  const std::string bytes = EncodeAll(options, Sweep(2400, 24000), 500);
  const bool has_tags = GetParam() == Format::kMp3 || GetParam() == Format::kFlac ||
                        GetParam() == Format::kOgg || GetParam() == Format::kOpus;
  EXPECT_EQ(bytes.find("synthetic speech") != std::string::npos, has_tags);
}

TEST(EncodersTest, TelephonyComesInFramesOf20Milliseconds) {
  for (const Format format : {Format::kMulaw, Format::kAlaw}) {
    auto encoder = Encoder::Create({.format = format, .sample_rate_hz = 8000});
    size_t size = 0;
    for (int i = 0; i < 20; ++i) {
      const std::string bytes = *(*encoder)->Encode(std::vector<float>(77, 0.1f));
      EXPECT_EQ(bytes.size() % 160, 0u);
      size += bytes.size();
    }
    const std::string end = *(*encoder)->Finish();
    EXPECT_EQ(size + end.size(), 1600u);  // 1540 samples and silence
    EXPECT_EQ(static_cast<uint8_t>(end.back()), format == Format::kMulaw ? 0xFF : 0xD5);
  }
}

TEST(EncodersTest, AFileThatCanBeRewrittenGetsItsLengthAtTheEnd) {
  const std::vector<float> samples = Sweep(30000, 24000);
  for (const Format format : {Format::kWav, Format::kFlac}) {
    const std::string want = EncodeAll({.format = format, .num_frames = 30000}, samples, 700);
    auto encoder = Encoder::Create({.format = format, .is_rewritable = true});
    std::string bytes = *(*encoder)->Encode(samples);
    bytes += *(*encoder)->Finish();
    EXPECT_TRUE(bytes != want);
    const std::string start = (*encoder)->FinalStart();
    bytes.replace(0, start.size(), start);
    EXPECT_TRUE(bytes == want) << FormatName(format);
    EXPECT_NE(want.find("synthetic speech"), std::string::npos);
  }
  auto mp3 = Encoder::Create({.format = Format::kMp3, .is_rewritable = true});
  EXPECT_EQ((*mp3)->FinalStart(), "");
}

// A tone of half a step: rounding alone makes silence of it, with dither it can be heard.
TEST(EncodersTest, DitherKeepsWhatIsSmallerThanAStep) {
  std::vector<float> tone(48000);
  for (size_t i = 0; i < tone.size(); ++i) {
    tone[i] = static_cast<float>(0.45 / 32768.0 *
                                 std::sin(2.0 * std::numbers::pi * static_cast<double>(i) / 48.0));
  }
  for (const Format format : {Format::kWav, Format::kPcm, Format::kFlac, Format::kMp3}) {
    EncoderOptions options{.format = format};
    const std::string plain = EncodeAll(options, tone, 1000);
    options.has_dither = true;
    const std::string dithered = EncodeAll(options, tone, 1000);
    if (!Has16Bits(format)) {
      EXPECT_EQ(dithered, plain);
      continue;
    }
    const auto likeness = [&](const std::string& bytes) {
      const std::vector<float> got = Decode(options, bytes).samples;
      double sum = 0;
      for (size_t i = 0; i < got.size(); ++i) sum += double{got[i]} * tone[i];
      return sum;
    };
    double energy = 0;
    for (const float x : tone) energy += double{x} * x;
    EXPECT_EQ(likeness(plain), 0.0) << FormatName(format);
    EXPECT_NEAR(likeness(dithered) / energy, 1.0, 0.1) << FormatName(format);
  }
}

TEST_P(EncoderTest, DecodesToTheSameSamplesAtEveryRate) {
  for (const int rate : {8000, 16000, 24000, 48000}) {
    const std::vector<float> samples = Sweep(static_cast<size_t>(rate) * 7 / 5 + 13, rate);
    for (const bool length_is_known : {false, true}) {
      SCOPED_TRACE(testing::Message() << rate << " Hz, length known: " << length_is_known);
      EncoderOptions options{.format = GetParam(), .sample_rate_hz = rate};
      if (length_is_known) options.num_frames = samples.size();
      const Decoded decoded = Decode(options, EncodeAll(options, samples, 3331));
      ASSERT_EQ(decoded.error, "");
      EXPECT_EQ(decoded.num_channels, 1);
      // Opus always decodes at 48 kHz; there the length is compared in seconds.
      const int scale = decoded.sample_rate_hz / rate;
      if (GetParam() != Format::kOpus) {
        EXPECT_EQ(scale, 1);
      }
      const Unsignalled extra = UnsignalledFor(options);
      EXPECT_GE(decoded.samples.size(), samples.size() * static_cast<size_t>(scale) + extra.front);
      EXPECT_LE(decoded.samples.size(),
                samples.size() * static_cast<size_t>(scale) + extra.front + extra.most_at_end);
      std::vector<float> got;
      for (size_t i = 0; i < decoded.samples.size(); i += static_cast<size_t>(scale)) {
        got.push_back(decoded.samples[i]);
      }
      // Lossy speech codecs at these rates stay above 12 dB on a sweep; a shift by one sample costs
      // far more at the low rates, where 1 kHz has 8 samples a period.
      EXPECT_GT(SnrDb(samples, got, extra.front), 12);
    }
  }
}

TEST_P(EncoderTest, EveryLengthIsExact) {
  for (const size_t length : {0, 1, 2, 575, 576, 577, 959, 960, 961, 1023, 1024, 1025, 1151, 1152,
                              1153, 1728, 1729, 2400, 5000}) {
    SCOPED_TRACE(length);
    const std::vector<float> samples = Sweep(length, 24000);
    const EncoderOptions options{.format = GetParam(), .num_frames = length};
    const std::string bytes = EncodeAll(options, samples, 500);
    // An empty file decodes to nothing or not at all; ADTS cannot tell its padding.
    if (length == 0 || GetParam() == Format::kAac) continue;
    // Under 47 samples the cuts at both ends meet in one frame, which FFmpeg's reader counts
    // wrongly.
    if (length < 47 && GetParam() == Format::kMp3) continue;
    const Decoded decoded = Decode(options, bytes);
    ASSERT_EQ(decoded.error, "");
    const size_t scale = GetParam() == Format::kOpus ? 2 : 1;
    const bool is_telephony = GetParam() == Format::kMulaw || GetParam() == Format::kAlaw;
    const size_t whole = is_telephony ? (length + 479) / 480 * 480 : length;  // frames of 20 ms
    EXPECT_EQ(decoded.samples.size(), scale * whole);
  }
}

TEST_P(EncoderTest, PiecesGiveTheSameBytesAsOneCall) {
  const std::vector<float> samples = Sweep(30000, 24000);
  const EncoderOptions options{.format = GetParam()};
  EXPECT_EQ(EncodeAll(options, samples, 700), EncodeAll(options, samples, samples.size()));
}

TEST_P(EncoderTest, CarriesTwoChannels) {
  const std::vector<float> samples = Sweep(24000, 24000, 2);
  EncoderOptions options{.format = GetParam(), .num_channels = 2, .num_frames = 24000};
  const std::string bytes = EncodeAll(options, samples, 4000);
  if (DemuxerFor(GetParam()) != nullptr) {
    EXPECT_EQ(bytes.size(), EncodedSize(options));
    return;
  }
  const Decoded decoded = Decode(options, bytes);
  ASSERT_EQ(decoded.error, "");
  EXPECT_EQ(decoded.num_channels, 2);
  const size_t front = GetParam() == Format::kAac ? 2048 : 0;
  if (GetParam() != Format::kOpus) {
    EXPECT_GT(SnrDb(samples, decoded.samples, front), 12);
  }
}

TEST_P(EncoderTest, TellsTheDelayThatItsFormatCannot) {
  for (const bool length_is_known : {false, true}) {
    EncoderOptions options{.format = GetParam()};
    if (length_is_known) options.num_frames = 5000;
    auto encoder = Encoder::Create(options);
    ASSERT_TRUE(encoder.ok());
    EXPECT_EQ(static_cast<size_t>((*encoder)->unsignalled_delay()), UnsignalledFor(options).front);
  }
}

TEST_P(EncoderTest, BytesComeWhileSamplesGoIn) {
  auto encoder = Encoder::Create({.format = GetParam()});
  ASSERT_TRUE(encoder.ok());
  const std::vector<float> second = Sweep(24000, 24000);
  auto bytes = (*encoder)->Encode(second);
  ASSERT_TRUE(bytes.ok());
  // FLAC holds one block of 4096 samples back, the others less.
  EXPECT_GT(bytes->size(), 2000u);
}

TEST_P(EncoderTest, RefusesRatesAndChannelsByName) {
  auto rate = Encoder::Create({.format = GetParam(), .sample_rate_hz = 7999});
  ASSERT_FALSE(rate.ok());
  EXPECT_EQ(rate.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(rate.status().message().find("7999"), std::string::npos);
  auto channels = Encoder::Create({.format = GetParam(), .num_channels = 3});
  ASSERT_FALSE(channels.ok());
  EXPECT_EQ(channels.status().code(), StatusCode::kInvalidArgument);
}

TEST_P(EncoderTest, ABrokenPromiseOfLengthIsAnError) {
  auto encoder = Encoder::Create({.format = GetParam(), .num_frames = 100});
  ASSERT_TRUE(encoder.ok());
  ASSERT_TRUE((*encoder)->Encode(std::vector<float>(99)).ok());
  EXPECT_EQ((*encoder)->Finish().status().code(), StatusCode::kFailedPrecondition);
}

TEST_P(EncoderTest, ClippingIsCountedAndNothingBreaks) {
  auto encoder = Encoder::Create({.format = GetParam()});
  ASSERT_TRUE(encoder.ok());
  std::vector<float> samples(4800, 0.5f);
  samples[7] = 1.5f;
  samples[8] = -std::numeric_limits<float>::infinity();
  samples[9] = std::numeric_limits<float>::quiet_NaN();
  samples[10] = -1.0f;
  ASSERT_TRUE((*encoder)->Encode(samples).ok());
  EXPECT_TRUE((*encoder)->Finish().ok());
  EXPECT_EQ((*encoder)->num_clipped(), 3u);
}

TEST(EncodedSizeTest, IsWhatTheStreamHas) {
  for (const Format format : kAllFormats) {
    EncoderOptions options{.format = format};
    EXPECT_EQ(EncodedSize(options), std::nullopt);
    options.num_frames = 1234;
    const std::string bytes = EncodeAll(options, Sweep(1234, 24000), 1000);
    if (const auto size = EncodedSize(options)) {
      EXPECT_EQ(*size, bytes.size()) << FormatName(format);
    }
  }
}

TEST(WavTest, HeaderIsExactWhenTheLengthIsKnownAndOpenElse) {
  const std::vector<float> samples = Sweep(1000, 24000);
  const std::string known = EncodeAll({.format = Format::kWav, .num_frames = 1000}, samples, 300);
  ASSERT_EQ(known.size(), 2092u);
  EXPECT_EQ(known.substr(0, 4), "RIFF");
  EXPECT_EQ(known.substr(4, 4), std::string("\x24\x08\0\0", 4));   // 2084
  EXPECT_EQ(known.substr(40, 4), std::string("\xD0\x07\0\0", 4));  // 2000
  const std::string open = EncodeAll({.format = Format::kWav}, samples, 300);
  EXPECT_EQ(open.substr(4, 4), "\xFF\xFF\xFF\xFF");
  EXPECT_EQ(open.substr(40, 4), "\xFF\xFF\xFF\xFF");
  EXPECT_EQ(open.substr(44), known.substr(44, 2000));
  EXPECT_EQ(known.substr(2044, 20), std::string("LIST\x28\0\0\0INFOICMT\x1C\0\0\0", 20));
}

TEST(FormatTest, NamesAreUniqueAndFoundAgain) {
  for (const Format format : kAllFormats) {
    EXPECT_EQ(FormatFromName(FormatName(format)), format);
    EXPECT_TRUE(CheckSampleRate(format, DefaultSampleRateHz(format)).ok());
  }
  EXPECT_EQ(FormatFromName("MP3"), std::nullopt);
  EXPECT_EQ(FormatFromName(""), std::nullopt);
}

}  // namespace
}  // namespace litetts::audio
