#pragma once

#include <memory>

#include "audio/encoder.h"
#include "base/status.h"

namespace litetts::audio {

// MP3, Opus, AAC, FLAC and Vorbis through libavcodec and libavformat. The bytes depend on the
// samples and options only. REQUIRES: options that Encoder::Create() has checked, for one of these
// formats.
Result<std::unique_ptr<Encoder>> CreateFfmpegEncoder(const EncoderOptions& options);

}  // namespace litetts::audio
