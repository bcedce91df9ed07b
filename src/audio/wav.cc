#include "audio/wav.h"

#include <cstddef>

#include "audio/encoder.h"

namespace litetts::audio {
namespace {

void AppendLittleEndian(std::string& out, uint32_t value, int num_bytes) {
  for (int i = 0; i < num_bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

}  // namespace

std::string WavInfo() {
  std::string text = kSyntheticSpeechTag;
  text.resize((text.size() + 2) / 2 * 2, '\0');  // ends in a zero; chunks have even sizes
  std::string out = "LIST";
  AppendLittleEndian(out, static_cast<uint32_t>(12 + text.size()), 4);
  out += "INFOICMT";
  AppendLittleEndian(out, static_cast<uint32_t>(text.size()), 4);
  return out + text;
}

std::string WavHeader(const WavFormat& format, std::optional<uint64_t> num_frames,
                      size_t info_size) {
  constexpr uint32_t kUnknown = 0xFFFFFFFF;
  const auto block = static_cast<uint32_t>(format.num_channels) * 2;
  const auto rate = static_cast<uint32_t>(format.sample_rate_hz);
  uint32_t data_size = kUnknown;
  if (num_frames && *num_frames <= (kUnknown - 36 - info_size) / block) {
    data_size = static_cast<uint32_t>(*num_frames) * block;
  }
  std::string out;
  out.reserve(kWavHeaderSize);
  out += "RIFF";
  AppendLittleEndian(
      out, data_size == kUnknown ? kUnknown : data_size + 36 + static_cast<uint32_t>(info_size), 4);
  out += "WAVEfmt ";
  AppendLittleEndian(out, 16, 4);
  AppendLittleEndian(out, 1, 2);  // integer PCM
  AppendLittleEndian(out, static_cast<uint32_t>(format.num_channels), 2);
  AppendLittleEndian(out, rate, 4);
  AppendLittleEndian(out, rate * block, 4);
  AppendLittleEndian(out, block, 2);
  AppendLittleEndian(out, 16, 2);
  out += "data";
  AppendLittleEndian(out, data_size, 4);
  return out;
}

}  // namespace litetts::audio
