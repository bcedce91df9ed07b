#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace litetts::audio {

struct DecodeLimits {
  double max_seconds = 600.0;
  size_t max_bytes = size_t{64} << 20;  // of the file
};

struct DecodedAudio {
  int sample_rate_hz = 0;
  std::vector<float> samples;  // the mean of the channels, nominally in [-1, 1]
};

// Decodes a whole file in memory: WAV, FLAC, MP3, AAC, Opus, Ogg and what else has an audio stream
// that this build of FFmpeg reads, cut at the limit of seconds. Never opens another file or address
// that the bytes name. kInvalidArgument for what is no such file, kResourceExhausted beyond the
// limits of bytes.
Result<DecodedAudio> DecodeAudio(std::string_view bytes, const DecodeLimits& limits = {});

}  // namespace litetts::audio
