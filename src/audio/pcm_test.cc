#include "audio/pcm.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

namespace litetts::audio {
namespace {

TEST(PcmTest, RoundsToNearestWithTiesToEvenAndClamps) {
  const float ulp = 1.0f / 32768.0f;
  const std::vector<float> in = {0.0f,
                                 0.4f * ulp,
                                 0.5f * ulp,
                                 1.5f * ulp,
                                 2.5f * ulp,
                                 -0.6f * ulp,
                                 32767.0f * ulp,
                                 1.0f,
                                 -1.0f,
                                 1.0001f,
                                 -7.0f,
                                 std::numeric_limits<float>::quiet_NaN(),
                                 std::numeric_limits<float>::infinity()};
  std::vector<int16_t> out(in.size(), 99);
  EXPECT_EQ(FloatToS16(in, out), 4u);
  EXPECT_EQ(out, (std::vector<int16_t>{0, 0, 0, 2, 2, -1, 32767, 32767, -32768, 32767, -32768, 0,
                                       32767}));
}

TEST(PcmTest, EveryIntegerComesBack) {
  for (int i = -32768; i <= 32767; ++i) {
    const std::array<float, 1> in = {static_cast<float>(i) / 32768.0f};
    std::array<int16_t, 1> out{};
    EXPECT_EQ(FloatToS16(in, out), 0u);
    ASSERT_EQ(out[0], i);
  }
}

// The standard's decoders, written from its tables of segments.
int DecodeMulaw(uint8_t code) {
  code = static_cast<uint8_t>(~code);
  const int magnitude = (((code & 0x0F) << 3) + 0x84) << (code >> 4 & 7);
  return (code & 0x80) != 0 ? 0x84 - magnitude : magnitude - 0x84;
}

int DecodeAlaw(uint8_t code) {
  code ^= 0x55;
  const int segment = code >> 4 & 7;
  int magnitude = ((code & 0x0F) << 4) + 8;
  if (segment > 0) magnitude = (magnitude + 0x100) << (segment - 1);
  return (code & 0x80) != 0 ? magnitude : -magnitude;
}

TEST(PcmTest, G711ReachesTheNearestStepOfEverySample) {
  for (int i = -32768; i <= 32767; ++i) {
    const int mulaw = DecodeMulaw(S16ToMulaw(static_cast<int16_t>(i)));
    const int alaw = DecodeAlaw(S16ToAlaw(static_cast<int16_t>(i)));
    // Half a step: the step is 1/16 of the segment's lower bound, at least 8 (mu) and 16 (A); the
    // ends clip.
    ASSERT_LE(std::abs(mulaw - i),
              std::max(8, (std::abs(i) + 132) / 32 + 4) + (std::abs(i) > 32635 ? 512 : 0))
        << i;
    ASSERT_LE(std::abs(alaw - i), std::max(16, std::abs(i) / 32 + 1)) << i;
  }
  EXPECT_EQ(S16ToMulaw(0), 0xFF);
  EXPECT_EQ(S16ToAlaw(0), 0xD5);
}

}  // namespace
}  // namespace litetts::audio
