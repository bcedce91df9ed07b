#include "audio/mp3_info.h"

#include <array>
#include <cstddef>

namespace litetts::audio {
namespace {

// What the four header bytes say, for layer III.
struct FrameFacts {
  bool is_mpeg1 = false;
  bool is_mono = false;
  int bit_rate = 0;
  int sample_rate_hz = 0;
  uint64_t samples_per_frame = 0;
};

Result<FrameFacts> ParseHeader(std::string_view header) {
  const auto byte = [&](size_t i) {
    return static_cast<unsigned>(static_cast<unsigned char>(header[i]));
  };
  if (header.size() < 4 || byte(0) != 0xFF || (byte(1) & 0xE6) != 0xE2) {
    return Internal("the MP3 encoder's first bytes are no layer III frame");
  }
  constexpr std::array kRatesMpeg1 = {44100, 48000, 32000};
  constexpr std::array kBitRatesMpeg1 = {0,   32,  40,  48,  56,  64,  80, 96,
                                         112, 128, 160, 192, 224, 256, 320};
  constexpr std::array kBitRatesMpeg2 = {0,  8,  16, 24,  32,  40,  48, 56,
                                         64, 80, 96, 112, 128, 144, 160};
  const unsigned version = byte(1) >> 3 & 3;  // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5
  const unsigned bit_rate = byte(2) >> 4;
  const unsigned rate = byte(2) >> 2 & 3;
  if (version == 1 || bit_rate == 0 || bit_rate == 15 || rate == 3) {
    return Internal("the MP3 encoder's first frame has a reserved value");
  }
  FrameFacts facts;
  facts.is_mpeg1 = version == 3;
  facts.is_mono = byte(3) >> 6 == 3;
  facts.bit_rate = 1000 * (facts.is_mpeg1 ? kBitRatesMpeg1[bit_rate] : kBitRatesMpeg2[bit_rate]);
  facts.sample_rate_hz = kRatesMpeg1[rate] / (version == 3 ? 1 : version == 2 ? 2 : 4);
  facts.samples_per_frame = facts.is_mpeg1 ? 1152 : 576;
  return facts;
}

void PutBigEndian(std::string& out, size_t offset, uint64_t value, size_t num_bytes) {
  for (size_t i = 0; i < num_bytes; ++i) {
    out[offset + i] = static_cast<char>(value >> (8 * (num_bytes - 1 - i)) & 0xFF);
  }
}

// Frames that LAME writes for `num_samples`: it pads the end by at least 576 samples, so that the
// last ones come out of the overlap, then to a whole frame.
uint64_t NumFrames(uint64_t num_samples, uint64_t delay, uint64_t samples_per_frame) {
  return (num_samples + delay + 576 + samples_per_frame - 1) / samples_per_frame;
}

}  // namespace

Result<std::string> Mp3InfoFrame(const Mp3InfoOptions& options) {
  LITETTS_ASSIGN_OR_RETURN(const FrameFacts facts, ParseHeader(options.frame_header));
  const size_t side_info = facts.is_mpeg1 ? (facts.is_mono ? 17 : 32) : (facts.is_mono ? 9 : 17);
  const auto size =
      static_cast<size_t>((facts.is_mpeg1 ? 144 : 72) * facts.bit_rate / facts.sample_rate_hz);
  constexpr size_t kXingSize = 12;  // id, flags, frame count
  constexpr size_t kLameSize = 36;
  const size_t xing = 4 + side_info;
  if (size < xing + kXingSize + kLameSize) {
    return Internal("an MP3 frame of ", size, " bytes is too small for the Info tag");
  }
  std::string frame(size, '\0');
  frame.replace(0, 4, options.frame_header.substr(0, 4));
  frame[1] = static_cast<char>(frame[1] | 0x01);   // no checksum
  frame[2] = static_cast<char>(frame[2] & ~0x02);  // no padding byte
  frame.replace(xing, 4, "Info");

  const auto delay = static_cast<uint64_t>(options.start_delay);
  const uint64_t frames = NumFrames(options.num_samples, delay, facts.samples_per_frame);
  const uint64_t padding = frames * facts.samples_per_frame - options.num_samples - delay;
  PutBigEndian(frame, xing + 4, 0x1, 4);  // the frame count follows
  PutBigEndian(frame, xing + 8, frames, 4);
  const size_t lame = xing + 12;
  frame.replace(lame, 9, "LAME3.100");
  frame[lame + 9] = 0x01;  // tag revision 0, constant bit rate
  PutBigEndian(frame, lame + 20, static_cast<uint64_t>(facts.bit_rate) / 1000, 1);
  PutBigEndian(frame, lame + 21, delay << 12 | padding, 3);
  return frame;
}

}  // namespace litetts::audio
