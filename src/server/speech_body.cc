#include "server/speech_body.h"

#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/status.h"
#include "server/base64.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

// A sum of frames of 25 ms is no binary fraction; clients see "0.075" and not all its digits.
double Microseconds(double seconds) { return std::round(seconds * 1e6) / 1e6; }

// Kokoro-FastAPI's three fields, and the bytes of the request's text that the word stands for.
json::array Timestamps(std::span<const engine::WordTiming> words) {
  json::array out;
  for (const engine::WordTiming& word : words) {
    out.push_back({{"word", word.text},
                   {"start_time", Microseconds(word.start_seconds)},
                   {"end_time", Microseconds(word.end_seconds)},
                   {"begin", word.begin},
                   {"end", word.end}});
  }
  return out;
}

}  // namespace

std::string BodyMediaType(BodyForm form, audio::Format format) {
  switch (form) {
    case BodyForm::kSse:
      return "text/event-stream";
    case BodyForm::kCaptions:
      return "application/json";
    default:
      return std::string(audio::MediaType(format));
  }
}

std::string WrapPiece(BodyForm form, audio::Format format, std::string bytes,
                      const std::span<const engine::WordTiming>* words) {
  if (form == BodyForm::kAudio) return bytes;
  const bool has_words = words != nullptr && !words->empty();
  if (bytes.empty() && !has_words) return {};
  json::object out;
  if (form == BodyForm::kSse) out["type"] = "speech.audio.delta";
  out["audio"] = Base64(std::exchange(bytes, {}));
  if (form == BodyForm::kCaptions) out["audio_format"] = audio::MediaType(format);
  if (words != nullptr) {
    out["timestamps"] = Timestamps(*words);
  } else if (form == BodyForm::kCaptions) {
    out["timestamps"] = nullptr;
  }
  const std::string text = json::serialize(out);
  return form == BodyForm::kSse ? Concat("data: ", text, "\n\n") : text + "\n";
}

std::string WrapEnd(BodyForm form, const SpeechUsage& usage) {
  if (form != BodyForm::kSse) return {};
  return Concat("data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":",
                usage.input_tokens, ",\"output_tokens\":", usage.output_tokens,
                ",\"total_tokens\":", usage.input_tokens + usage.output_tokens, "}}\n\n");
}

}  // namespace litetts::server
