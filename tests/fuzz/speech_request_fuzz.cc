// The server's JSON edge: any body is a request or an error that names itself, and the error can be
// written.
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "server/api_error.h"
#include "server/speech_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace litetts;
  static const std::vector<std::string> voices = {"af_heart", "af_sky", "bm_george"};
  server::SpeechLimits limits;
  limits.max_input_characters = 1000;
  limits.voices = voices;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  for (const auto kind : {server::SpeechInput::kText, server::SpeechInput::kPhonemes,
                          server::SpeechInput::kCaptions}) {
    const auto parsed = server::ParseSpeechRequest(body, kind, limits);
    if (const auto* error = std::get_if<server::ApiError>(&parsed)) {
      LITETTS_CHECK(error->status >= 400 && error->status < 600 && !error->message.empty());
      LITETTS_CHECK(!server::ErrorResponse(*error).body.empty());
    } else {
      const auto& request = std::get<server::SpeechRequest>(parsed);
      LITETTS_CHECK(!request.input.empty() && request.speed >= 0.25 && request.speed <= 4);
      LITETTS_CHECK(audio::CheckSampleRate(request.format, request.sample_rate_hz).ok());
      LITETTS_CHECK(!request.Key().empty());
    }
  }
  const auto text = server::ParseTextRequest(body, limits);
  if (const auto* error = std::get_if<server::ApiError>(&text)) {
    LITETTS_CHECK(error->status >= 400 && error->status < 600 && !error->message.empty());
  } else {
    LITETTS_CHECK(!std::get<server::SpeechRequest>(text).input.empty());
  }
  return 0;
}
