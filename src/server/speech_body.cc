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
json::array Timestamps(const std::vector<engine::WordTiming>& words) {
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

template <typename T>
json::array Spans(std::string_view name, const std::vector<T>& items, auto value_of) {
  json::array out;
  for (const T& item : items) {
    out.push_back({{name, value_of(item)},
                   {"start_time", Microseconds(item.start_seconds)},
                   {"end_time", Microseconds(item.end_seconds)}});
  }
  return out;
}

json::array Times(const std::vector<double>& seconds) {
  json::array out;
  for (const double each : seconds) out.push_back(Microseconds(each));
  return out;
}

// ElevenLabs' shape.
json::object AlignmentJson(const engine::Alignment& alignment) {
  return {{"characters", json::value_from(alignment.characters)},
          {"character_start_times_seconds", Times(alignment.start_seconds)},
          {"character_end_times_seconds", Times(alignment.end_seconds)}};
}

void AddTimings(const engine::TimingKinds& kinds, const engine::TimingPiece& timings,
                json::object& out) {
  if (kinds.words) out["timestamps"] = Timestamps(timings.words);
  if (kinds.phonemes) {
    out["phonemes"] =
        Spans("phoneme", timings.phonemes, [](const auto& each) { return each.phoneme; });
  }
  if (kinds.visemes) {
    out["visemes"] = Spans("viseme", timings.visemes, [](const auto& each) { return each.viseme; });
  }
  if (kinds.marks) {
    json::array marks;
    for (const engine::BookmarkTiming& mark : timings.marks) {
      marks.push_back({{"name", mark.name}, {"time", Microseconds(mark.seconds)}});
    }
    out["marks"] = std::move(marks);
  }
  if (kinds.characters) out["alignment"] = AlignmentJson(timings.alignment);
}

}  // namespace

std::string BodyMediaType(BodyForm form, audio::Format format) {
  switch (form) {
    case BodyForm::kSse:
      return "text/event-stream";
    case BodyForm::kNdjson:
      return "application/x-ndjson";
    case BodyForm::kCaptions:
      return "application/json";
    default:
      return std::string(audio::MediaType(format));
  }
}

std::string WrapPiece(BodyForm form, audio::Format format, std::string bytes,
                      const engine::TimingKinds& kinds, const engine::TimingPiece& timings) {
  if (form == BodyForm::kAudio) return bytes;
  if (bytes.empty() && timings.empty()) return {};
  json::object out;
  if (form != BodyForm::kCaptions) out["type"] = "speech.audio.delta";
  out["audio"] = Base64(std::exchange(bytes, {}));
  if (form == BodyForm::kCaptions) {
    out["audio_format"] = audio::MediaType(format);
    out["timestamps"] = nullptr;
  }
  AddTimings(kinds, timings, out);
  const std::string text = json::serialize(out);
  return form == BodyForm::kSse ? Concat("data: ", text, "\n\n") : text + "\n";
}

std::string WrapEnd(BodyForm form, const SpeechUsage& usage) {
  if (form != BodyForm::kSse && form != BodyForm::kNdjson) return {};
  const std::string text =
      Concat("{\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":", usage.input_tokens,
             ",\"output_tokens\":", usage.output_tokens,
             ",\"total_tokens\":", usage.input_tokens + usage.output_tokens, "}}");
  return form == BodyForm::kSse ? Concat("data: ", text, "\n\n") : text + "\n";
}

}  // namespace litetts::server
