#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "audio/format.h"
#include "engine/timings.h"

namespace litetts::server {

// What the encoded audio of an answer is wrapped in on its way to the client.
enum class BodyForm {
  kAudio,     // nothing
  kSse,       // OpenAI's server-sent events
  kCaptions,  // one JSON object per piece, as Kokoro-FastAPI
};

std::string BodyMediaType(BodyForm form, audio::Format format);

// One piece of the body. Null `words`: the client wants no timings; `kAudio` can carry none.
std::string WrapPiece(BodyForm form, audio::Format format, std::string bytes,
                      const std::span<const engine::WordTiming>* words);

struct SpeechUsage {
  size_t input_tokens = 0;   // of the model
  size_t output_tokens = 0;  // frames of 25 ms of what is sent, the last one begun
};

// What follows the last piece.
std::string WrapEnd(BodyForm form, const SpeechUsage& usage);

}  // namespace litetts::server
