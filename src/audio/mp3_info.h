#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace litetts::audio {

struct Mp3InfoOptions {
  // The first four bytes of the stream's first frame: the tag must look like a frame of that
  // stream.
  std::string_view frame_header;
  int start_delay = 0;       // encoder delay in samples, without the decoder's 529
  uint64_t num_samples = 0;  // length of the input
};

// One silent MP3 frame that holds LAME's "Info" tag: the number of frames, the encoder's delay and
// the padding at the end, so that decoders give back exactly the input's samples.
Result<std::string> Mp3InfoFrame(const Mp3InfoOptions& options);

}  // namespace litetts::audio
