#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "audio/format.h"
#include "audio/watermark.h"
#include "engine/timing_feed.h"
#include "model/blend_store.h"
#include "server/api_error.h"
#include "server/speech_body.h"
#include "text/frontend.h"

namespace litetts::server {

// A request for speech after the JSON edge: every value is of the right type and within its range.
struct SpeechRequest {
  std::string model = "kokoro";
  std::string input;
  std::string voice;  // as the engine knows it
  double speed = 1.0;
  double volume = 1.0;
  double pitch_semitones = 0.0;
  std::optional<double> loudness_lufs;
  text::SpeechStyle style;
  text::Asides asides = text::Asides::kSay;
  bool trim = false;
  bool has_dither = false;
  std::optional<audio::WatermarkMark> watermark;
  audio::Format format = audio::Format::kMp3;
  int sample_rate_hz = 24000;
  BodyForm form = BodyForm::kAudio;
  engine::TimingKinds timings;  // that are sent along; none where `form` is kAudio
  bool is_streamed = true;
  bool input_is_phonemes = false;
  bool expand_contractions = false;  // as the server is set
  bool input_is_ssml = false;
  std::string media_folder;  // for SSML; empty where the input is none
  std::optional<text::Locale> locale;
  std::optional<uint64_t> seed;
  std::vector<std::shared_ptr<const text::UserLexicon>> lexicons;  // the request's own goes first
  // Fields that were understood and had no effect; the client is told in a header.
  std::vector<std::string> without_effect;

  // Equal keys give equal bytes.
  std::string Key() const;
};

// What the edge needs to know to judge a request.
struct SpeechLimits {
  size_t max_input_characters = 65536;
  std::string default_voice = "af_heart";
  audio::Format default_format = audio::Format::kMp3;
  double default_speed = 1.0;
  std::string model_variant;
  std::span<const std::string> voices;
  std::string media_folder;                                  // of SSML; empty: none
  std::shared_ptr<const audio::WatermarkKey> watermark_key;  // null: no marks
  bool watermark_always = false;
  uint32_t watermark_payload = 0;
  const model::BlendStore* blends = nullptr;  // saved ones; may be null
  std::shared_ptr<const text::UserLexicon>
      lexicon;  // of the server, for every request; may be null
};

// kCaptions: text whose answer has the times of its words, POST /dev/captioned_speech.
enum class SpeechInput { kText, kPhonemes, kCaptions };

size_t CountCharacters(std::string_view utf8);

// Speech is about 15 characters a second; only for scheduling and estimates.
double ExpectedAudioSeconds(size_t num_characters, double speed = 1.0);

// Reads the JSON body of a request for speech. Unknown fields are ignored; a wrong type or value
// is an error that names its field.
std::variant<SpeechRequest, ApiError> ParseSpeechRequest(std::string_view body, SpeechInput kind,
                                                         const SpeechLimits& limits);

// The same of a request about a text, whose fields are those of speech, with "text" for "input"
// and "language" for "lang_code" as Kokoro-FastAPI has them.
std::variant<SpeechRequest, ApiError> ParseTextRequest(std::string_view body,
                                                       const SpeechLimits& limits);

// The schema of that body, for /openapi.json.
std::string SpeechRequestSchema();

// "kokoro", OpenAI's names, the loaded variant.
std::vector<std::string> ModelNames(std::string_view variant);

}  // namespace litetts::server
