#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace litetts::audio {

struct WavFormat {
  int sample_rate_hz = 24000;
  int num_channels = 1;
};

inline constexpr size_t kWavHeaderSize = 44;

// The chunk behind the samples that says what they are: LIST of type INFO with one comment.
std::string WavInfo();

// The 44 bytes before 16-bit PCM samples. Without `num_frames`, or past 4 GiB, both sizes are
// 0xFFFFFFFF, which players read as "until the end".
// `info_size`: of what follows the samples.
std::string WavHeader(const WavFormat& format, std::optional<uint64_t> num_frames,
                      size_t info_size = 0);

}  // namespace litetts::audio
