#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace litetts::audio {

struct Decoded {
  int sample_rate_hz = 0;
  int num_channels = 0;
  double container_seconds = 0.0;  // what the container claims; 0 when it claims nothing
  std::vector<float> samples;      // interleaved
  std::string error;               // empty: success
};

// Decodes a whole file through FFmpeg's demuxers and decoders, obeying signalled delays. `demuxer`
// names the format where the bytes alone do not ("mulaw"), else empty.
Decoded DecodeForTest(std::string_view bytes, const char* demuxer = nullptr,
                      int sample_rate_hz = 0);

}  // namespace litetts::audio
