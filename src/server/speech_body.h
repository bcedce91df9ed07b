#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "audio/format.h"
#include "engine/timing_feed.h"

namespace litetts::server {

// What the encoded audio of an answer is wrapped in on its way to the client.
enum class BodyForm {
  kAudio,     // nothing
  kSse,       // OpenAI's server-sent events
  kNdjson,    // the same events, one JSON object a line
  kCaptions,  // one JSON object per piece, as Kokoro-FastAPI
};

std::string BodyMediaType(BodyForm form, audio::Format format);

// One piece of the body, with what became known of the times that the client wants; kAudio can
// carry none.
std::string WrapPiece(BodyForm form, audio::Format format, std::string bytes,
                      const engine::TimingKinds& kinds, const engine::TimingPiece& timings);

struct SpeechUsage {
  size_t input_tokens = 0;   // of the model
  size_t output_tokens = 0;  // frames of 25 ms of what is sent, the last one begun
};

// What follows the last piece.
std::string WrapEnd(BodyForm form, const SpeechUsage& usage);

}  // namespace litetts::server
