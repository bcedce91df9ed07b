#pragma once

#include <string>
#include <string_view>

#include "base/status.h"
#include "engine/timings.h"

namespace litetts::cli {

// kInvalidArgument unless the file's ending names a format: .srt, .vtt or .json.
Status CheckTimingsFile(const std::string& path);

// Whole or not at all. The JSON: {"audio_seconds", "words": [{"text", "begin_byte", "end_byte",
// "phonemes", "start_seconds", "end_seconds"}], "phonemes": [{"phoneme", "start_seconds",
// "end_seconds"}], "marks": [{"name", "seconds"}], "visemes": [{"viseme", "start_seconds",
// "end_seconds"}], "alignment": as ElevenLabs has it}. `text`: what was spoken.
Status WriteTimingsFile(const std::string& path, std::string_view text,
                        const engine::Timings& timings);

}  // namespace litetts::cli
