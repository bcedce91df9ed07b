#include "audio/wav.h"

#include <cstddef>

namespace litetts::audio {
namespace {

void AppendLittleEndian(std::string& out, uint32_t value, int num_bytes) {
  for (int i = 0; i < num_bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

}  // namespace

std::string WavHeader(const WavFormat& format, std::optional<uint64_t> num_frames) {
  constexpr uint32_t kUnknown = 0xFFFFFFFF;
  const auto block = static_cast<uint32_t>(format.num_channels) * 2;
  const auto rate = static_cast<uint32_t>(format.sample_rate_hz);
  uint32_t data_size = kUnknown;
  if (num_frames && *num_frames <= (kUnknown - 36) / block) {
    data_size = static_cast<uint32_t>(*num_frames) * block;
  }
  std::string out;
  out.reserve(kWavHeaderSize);
  out += "RIFF";
  AppendLittleEndian(out, data_size == kUnknown ? kUnknown : data_size + 36, 4);
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
