#include "audio/decoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "audio/encoder.h"

namespace litetts::audio {
namespace {

void Append(std::string& out, uint64_t value, int num_bytes) {
  for (int i = 0; i < num_bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

// A mono WAV file at 8 kHz. `tag`: 1 for integers, 3 for floating point.
std::string Wav(uint64_t tag, uint64_t bits, const std::string& data) {
  std::string out = "RIFF";
  Append(out, 36 + data.size(), 4);
  out += "WAVEfmt ";
  Append(out, 16, 4);
  Append(out, tag, 2);
  Append(out, 1, 2);
  Append(out, 8000, 4);
  Append(out, 8000 * bits / 8, 4);
  Append(out, bits / 8, 2);
  Append(out, bits, 2);
  out += "data";
  Append(out, data.size(), 4);
  return out + data;
}

// -0.5 to 0.5.
double Ramp(int i) { return static_cast<double>(i % 101) / 100.0 - 0.5; }

TEST(DecoderTest, ReadsEveryKindOfSample) {
  struct Kind {
    uint64_t tag;
    uint64_t bits;
  };
  for (const Kind kind :
       {Kind{1, 8}, Kind{1, 16}, Kind{1, 24}, Kind{1, 32}, Kind{1, 64}, Kind{3, 32}, Kind{3, 64}}) {
    std::string data;
    for (int i = 0; i < 4000; ++i) {
      const double full = std::ldexp(1.0, static_cast<int>(kind.bits) - 1);
      uint64_t value = 0;
      if (kind.tag == 3 && kind.bits == 32) {
        const auto x = static_cast<float>(Ramp(i));
        std::memcpy(&value, &x, sizeof(x));
      } else if (kind.tag == 3) {
        const double x = Ramp(i);
        std::memcpy(&value, &x, sizeof(x));
      } else if (kind.bits == 8) {
        value = static_cast<uint64_t>(std::lround(128.0 + 127.0 * Ramp(i)));
      } else {
        value = static_cast<uint64_t>(static_cast<int64_t>(full * Ramp(i)));
      }
      Append(data, value, static_cast<int>(kind.bits / 8));
    }
    const Result<DecodedAudio> decoded = DecodeAudio(Wav(kind.tag, kind.bits, data));
    ASSERT_TRUE(decoded.ok()) << kind.bits << ' ' << decoded.status().ToString();
    EXPECT_EQ(decoded->sample_rate_hz, 8000);
    ASSERT_EQ(decoded->samples.size(), 4000u) << kind.bits;
    for (int i = 0; i < 4000; ++i) {
      ASSERT_NEAR(static_cast<double>(decoded->samples[static_cast<size_t>(i)]), Ramp(i), 0.01)
          << kind.bits << ' ' << i;
    }
  }
}

TEST(DecoderTest, GivesTheMeanOfTheChannels) {
  auto encoder = Encoder::Create({.format = Format::kFlac, .num_channels = 2});
  std::vector<float> samples;
  for (int i = 0; i < 3000; ++i) samples.insert(samples.end(), {0.5f, -0.25f});
  std::string bytes = *(*encoder)->Encode(samples);
  bytes += *(*encoder)->Finish();
  const Result<DecodedAudio> decoded = DecodeAudio(bytes);
  ASSERT_TRUE(decoded.ok());
  ASSERT_EQ(decoded->samples.size(), 3000u);
  for (const float sample : decoded->samples) ASSERT_NEAR(sample, 0.125f, 1e-4f);
}

TEST(DecoderTest, KeepsItsLimits) {
  const std::string wav = Wav(1, 16, std::string(32000, '\0'));  // 2 s
  EXPECT_EQ(DecodeAudio(wav, {.max_seconds = 0.5})->samples.size(), 4000u);
  EXPECT_EQ(DecodeAudio(wav, {.max_bytes = 1000}).status().code(), StatusCode::kResourceExhausted);
}

TEST(DecoderTest, RefusesWhatIsNoAudio) {
  for (const std::string& bytes : {std::string(), std::string("RIFF"), std::string(5000, 'x'),
                                   Wav(1, 16, ""), std::string("#EXTM3U\nfile:///etc/passwd\n")}) {
    EXPECT_EQ(DecodeAudio(bytes).status().code(), StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace litetts::audio
