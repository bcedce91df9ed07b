#include <boost/json.hpp>

#include "audio/format.h"
#include "server/api.h"
#include "server/api_error.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

// {"cache": ..., "voice": ..., "format": ...}, each of them a string or absent; no body is {}.
std::variant<Caches::Selection, ApiError> ReadSelection(std::string_view body) {
  Caches::Selection selection;
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return selection;
  json::error_code error;
  const json::value value = json::parse(json::string_view(body.data(), body.size()), error);
  if (error || !value.is_object()) {
    return ApiError{
        .message = "the body must be a JSON object", .param = {}, .code = "invalid_json"};
  }
  for (const auto& [name, item] : value.as_object()) {
    std::string* field = name == "cache"    ? &selection.cache
                         : name == "voice"  ? &selection.voice
                         : name == "format" ? &selection.format
                                            : nullptr;
    // What is not understood must not clear more than was meant.
    if (field == nullptr) {
      return InvalidField(name, "unknown_parameter", "the fields are cache, voice and format");
    }
    if (!item.is_string()) {
      return InvalidField(name, "invalid_type", Concat("'", name, "' must be a string"));
    }
    *field = item.as_string();
  }
  if (!selection.format.empty() && !audio::FormatFromName(selection.format)) {
    return InvalidField("format", "invalid_value", Concat("'", selection.format, "' is no format"));
  }
  return selection;
}

}  // namespace

Reply Api::CacheStatistics(const HttpRequest&) {
  HttpResponse response;
  response.body = caches_.StatsJson(preloader_.stats(), phrases_.stats());
  return response;
}

Reply Api::ClearCache(const HttpRequest& request) {
  const auto selection = ReadSelection(request.body);
  if (const auto* error = std::get_if<ApiError>(&selection)) return ErrorResponse(*error);
  const auto removed = caches_.Clear(std::get<Caches::Selection>(selection));
  if (!removed.ok()) {
    return ErrorResponse(InvalidField("cache", "invalid_value", removed.status().message()));
  }
  json::object counts;
  for (const auto& [name, count] : *removed) counts[name] = count;
  const auto& meant = std::get<Caches::Selection>(selection);
  if (meant.cache.empty() && meant.format.empty()) {
    const size_t num_forgotten = phrases_.Clear(meant.voice);
    if (config_.learned_phrases > 0) counts["phrases"] = num_forgotten;
  }
  phrases_.ForgetSpoken();
  HttpResponse response;
  response.body = json::serialize(json::object{{"removed", std::move(counts)}});
  return response;
}

StreamPtr Api::FindAnswer(const SpeechRequest& speech, const std::string& key,
                          const HttpRequest& request) {
  const std::shared_ptr<const CachedAnswer> answer = caches_.FindAnswer(key);
  if (answer == nullptr) return nullptr;
  CountPhrases(speech, answer->sentences);
  history_.AddSpeech(UnixSeconds(), {.request_id = request.request_id,
                                     .voice = speech.voice.substr(0, 200),
                                     .format = answer->format,
                                     .outcome = "cached",
                                     .num_characters = CountCharacters(speech.input),
                                     .audio_seconds = answer->audio_seconds});
  log_.Write(LogLevel::kInfo,
             Concat("speech id=", request.request_id, " outcome=CACHED voice=", speech.voice,
                    " format=", answer->format, " characters=", CountCharacters(speech.input),
                    " audio_s=", answer->audio_seconds));
  return StreamOf(*answer);
}

}  // namespace litetts::server
