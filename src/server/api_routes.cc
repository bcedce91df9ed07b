// The routes that make no audio.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "base/cpu.h"
#include "base/file.h"
#include "server/api.h"
#include "server/api_error.h"
#include "server/hardware.h"
#include "server/pages.h"
#include "server/server.h"
#include "server/speech_request.h"
#include "server/voice_names.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

HttpResponse JsonResponse(const json::value& value, int status = 200) {
  HttpResponse response;
  response.status = status;
  response.body = json::serialize(value);
  return response;
}

json::object BackendJson(const model::BackendInfo& backend) {
  json::object settings;
  for (const auto& [name, value] : backend.settings) settings[name] = value;
  return {{"name", backend.name},
          {"version", backend.version},
          {"has_timings", backend.has_durations},
          {"settings", std::move(settings)}};
}

json::object ModelObject(std::string_view name) {
  return {{"id", name}, {"object", "model"}, {"created", 1735689600}, {"owned_by", "litetts"}};
}

// The number in "...&name=12&..."; 0 where the name is not there, none where it is no number.
std::optional<uint64_t> QueryNumber(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view field = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(field.size() + 1, query.size()));
    if (!field.starts_with(name) || field.substr(name.size(), 1) != "=") continue;
    const std::string_view digits = field.substr(name.size() + 1);
    uint64_t value = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (end.ec != std::errc() || end.ptr != digits.data() + digits.size()) return std::nullopt;
    return value;
  }
  return 0;
}

// Which part of the history a request is about.
struct HistoryPlace {
  uint64_t after = 0;
  size_t first_column = 0;
};
std::variant<HistoryPlace, HttpResponse> HistoryPlaceOf(const HttpRequest& request) {
  const auto after = QueryNumber(request.query, "after");
  const auto first_column = QueryNumber(request.query, "column");
  if (after && first_column) return HistoryPlace{*after, static_cast<size_t>(*first_column)};
  return ErrorResponse({.message = "'after' and 'column' must be whole numbers",
                        .param = after ? "column" : "after",
                        .code = "invalid_value"});
}

HttpResponse NotThere(std::string_view what) {
  return ErrorResponse(NotImplementedYet(std::string(what)));
}

json::array TokenIds(const text::Chunk& chunk) {
  return json::array(chunk.ids.begin(), chunk.ids.end());
}

HttpResponse PhonemizeReply(const text::Analysis& analysis, const TextReplyFacts&) {
  json::array tokens;
  for (const text::Chunk& chunk : analysis.chunks) {
    tokens.push_back(0);  // the pads that the model gets around each chunk
    for (const int32_t id : chunk.ids) tokens.emplace_back(id);
    tokens.push_back(0);
  }
  return JsonResponse({{"phonemes", analysis.phonemes}, {"tokens", std::move(tokens)}});
}

HttpResponse TextProcessingReply(const text::Analysis& analysis, const TextReplyFacts&) {
  json::array chunks;
  for (const text::Chunk& chunk : analysis.chunks) {
    json::array tokens;
    for (const text::Token& token : chunk.tokens) {
      tokens.push_back({{"text", token.text},
                        {"kind", token.kind},
                        {"spoken", token.spoken},
                        {"tag", token.tag},
                        {"phonemes", token.phonemes},
                        {"source", text::SourceName(token.source)},
                        {"begin", token.begin},
                        {"end", token.end}});
    }
    chunks.push_back({{"text", chunk.text},
                      {"spoken", chunk.spoken},
                      {"phonemes", chunk.phonemes},
                      {"tokens", TokenIds(chunk)},
                      {"words", std::move(tokens)},
                      {"pause_after_seconds", chunk.pause_after_seconds}});
  }
  return JsonResponse({{"text", analysis.text},
                       {"spoken", analysis.spoken},
                       {"phonemes", analysis.phonemes},
                       {"lang", analysis.locale == text::Locale::kEnUs ? "en-us" : "en-gb"},
                       {"chunks", std::move(chunks)},
                       {"ignored_markup", json::value_from(analysis.ignored_markup)},
                       {"warnings", json::value_from(analysis.warnings)}});
}

// A phoneme token lasts 0.08 s at speed 1 on average, a fact of the model's voices, not of this
// text.
HttpResponse EstimateReply(const text::Analysis& analysis, const TextReplyFacts& facts) {
  constexpr double kTokenSeconds = 0.08;
  size_t num_tokens = 0;
  double seconds = 0;
  for (const text::Chunk& chunk : analysis.chunks) {
    num_tokens += chunk.ids.size();
    seconds += kTokenSeconds / facts.speed * static_cast<double>(chunk.ids.size()) +
               chunk.pause_after_seconds;
  }
  return JsonResponse({{"tokens", num_tokens},
                       {"chunks", analysis.chunks.size()},
                       {"audio_seconds", seconds},
                       {"core_seconds", seconds * facts.core_seconds_per_audio_second}});
}

}  // namespace

Reply Api::StartText(const HttpRequest& request, TextReply reply) {
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const Speaker* speaker = this->speaker();
  if (speaker == nullptr) return StillLoading();
  const std::shared_ptr<const VoiceList> voices = speaker->Voices();
  std::variant<SpeechRequest, ApiError> parsed =
      ParseTextRequest(request.body, LimitsOfRequests(*speaker, *voices));
  if (const ApiError* error = std::get_if<ApiError>(&parsed)) return ErrorResponse(*error);
  SpeechRequest& asked = std::get<SpeechRequest>(parsed);
  engine::SpeakRequest speak;
  speak.text = std::move(asked.input);
  speak.voice = std::move(asked.voice);
  speak.locale = asked.locale;
  speak.input_is_ssml = asked.input_is_ssml;
  speak.media_folder = std::move(asked.media_folder);
  speak.lexicons = std::move(asked.lexicons);
  speak.cleaning.expand_contractions = config_.expands_contractions();
  auto stream = std::make_shared<ResponseStream>();
  const TextReplyFacts facts = {
      .speed = asked.speed,
      .core_seconds_per_audio_second = scheduler_.load().core_seconds_per_audio_second};
  return SubmitTo(stream, {.client = request.client, .audio_seconds = 0},
                  [speaker, speak, stream, reply, facts](Scheduler::Turn&) {
                    stream->MarkStarted();
                    const Result<text::Analysis> analysis = speaker->Analyse(speak);
                    stream->Answer(analysis.ok()
                                       ? reply(*analysis, facts)
                                       : ErrorResponse(ErrorFromStatus(analysis.status())));
                  },
                  {});
}

Reply Api::Phonemize(const HttpRequest& request) { return StartText(request, PhonemizeReply); }
Reply Api::TextProcessing(const HttpRequest& request) {
  return StartText(request, TextProcessingReply);
}
Reply Api::Estimate(const HttpRequest& request) { return StartText(request, EstimateReply); }

Reply Api::Models(const HttpRequest&) {
  json::array models;
  for (const std::string& name :
       ModelNames(speaker() == nullptr ? "" : speaker()->Backend().variant)) {
    models.push_back(ModelObject(name));
  }
  return JsonResponse({{"object", "list"}, {"data", std::move(models)}});
}

Reply Api::OneModel(const HttpRequest& request) {
  const std::string_view id = request.LastPart();
  for (const std::string& name :
       ModelNames(speaker() == nullptr ? "" : speaker()->Backend().variant)) {
    if (name == id) return JsonResponse(ModelObject(name));
  }
  return ErrorResponse({.status = 404,
                        .message = Concat("the model '", id, "' does not exist; see /v1/models"),
                        .param = "model",
                        .code = "model_not_found"});
}

Reply Api::AudioModels(const HttpRequest&) {
  json::array models;
  for (const std::string& name :
       ModelNames(speaker() == nullptr ? "" : speaker()->Backend().variant)) {
    models.push_back({{"id", name}, {"name", name}});
  }
  return JsonResponse({{"models", std::move(models)}});
}

// "voices" as Kokoro-FastAPI and OpenWebUI know it, as plain names where an older client asks with
// ?legacy=true; "data" as OpenAI writes lists.
Reply Api::Voices(const HttpRequest& request) {
  const bool is_legacy = request.query == "legacy=true";
  json::array names;
  json::array data;
  if (speaker() != nullptr) {
    const std::shared_ptr<const VoiceList> voices = speaker()->Voices();
    for (const model::VoiceInfo& voice : voices->infos) {
      names.push_back(is_legacy ? json::value(voice.name)
                                : json::value({{"id", voice.name}, {"name", voice.name}}));
      data.push_back({{"id", voice.name},
                      {"name", voice.name},
                      {"language", voice.language},
                      {"gender", voice.gender},
                      {"flag", voice.flag}});
    }
  }
  json::object aliases;
  for (const auto& [openai, kokoro] : OpenAiVoices()) aliases[openai] = kokoro;
  return JsonResponse({{"voices", std::move(names)},
                       {"object", "list"},
                       {"data", std::move(data)},
                       {"aliases", std::move(aliases)}});
}

Reply Api::Health(const HttpRequest&) {
  const Scheduler::Load load = scheduler_.load();
  const bool is_loaded = speaker() != nullptr;
  json::array alerts;
  for (const Alert& alert : Alerts()) {
    if (alert.is_raised) alerts.push_back({{"kind", alert.kind}, {"message", alert.message}});
  }
  return JsonResponse(
      {{"status", is_loaded ? "healthy" : "loading"},
       {"in_memory", is_loaded && speaker()->load_state().is_loaded},
       {"model", is_loaded ? json::value(speaker()->Backend().variant) : json::value(nullptr)},
       {"precision",
        is_loaded ? json::value(speaker()->Backend().precision) : json::value(nullptr)},
       {"backend", is_loaded ? BackendJson(speaker()->Backend()) : json::value(nullptr)},
       {"queued", load.num_queued},
       {"active", load.num_started},
       {"alerts", std::move(alerts)}});
}

Reply Api::Hardware(const HttpRequest& request) {
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const HardwareQuestion question = {.model_path = FilesOf(config_).model,
                                     .data_folder = HomeFolder(),
                                     .simd_name = simd_name_,
                                     .wants_lock = config_.locks_memory};
  return StartFileWork(request, [question] {
    HttpResponse response;
    response.body = FindingsJson(ExamineHardware(question));
    return response;
  });
}

Reply Api::Live(const HttpRequest&) { return JsonResponse({{"status", "alive"}}); }

Reply Api::Ready(const HttpRequest&) {
  const bool is_loaded = speaker() != nullptr;
  const bool is_full = scheduler_.IsSaturated() || memory_guard_.Refuse().has_value();
  if (is_loaded && !is_full) return JsonResponse({{"status", "ready"}});
  HttpResponse response = JsonResponse({{"status", is_loaded ? "saturated" : "loading"}}, 503);
  response.headers.push_back({"Retry-After", std::to_string(is_loaded ? RetryAfterSeconds() : 1)});
  return response;
}

Reply Api::MetricsText(const HttpRequest&) {
  HttpResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = MetricsNow();
  return response;
}

Reply Api::Stats(const HttpRequest&) {
  HttpResponse response;
  response.body = metrics_.StatsJson(scheduler_.load());
  return response;
}

Reply Api::RtfTrend(const HttpRequest&) {
  HttpResponse response;
  response.body = metrics_.TrendJson();
  return response;
}

Reply Api::HistoryRows(const HttpRequest& request) {
  const auto place = HistoryPlaceOf(request);
  if (const auto* refusal = std::get_if<HttpResponse>(&place)) return *refusal;
  const auto& [after, first_column] = std::get<HistoryPlace>(place);
  HttpResponse response;
  response.body = history_.Json(after, first_column);
  return response;
}

// Ends now and then, since nothing else would end it; the client then asks anew.
Reply Api::FollowHistory(const HttpRequest& request) {
  const auto place = HistoryPlaceOf(request);
  if (const auto* refusal = std::get_if<HttpResponse>(&place)) return *refusal;
  const auto& [after, first_column] = std::get<HistoryPlace>(place);
  const double readings = std::clamp(config_.request_timeout_seconds / 2, 1.0, 600.0);
  return history_.Follow(after, first_column, static_cast<size_t>(readings));
}

Reply Api::QueuePosition(const HttpRequest& request) {
  const std::string_view id = request.LastPart();
  const std::optional<size_t> before = scheduler_.NumBefore(id);
  if (before) return JsonResponse({{"id", id}, {"before", *before}});
  return ErrorResponse({.status = 404,
                        .message = "no request with that X-Request-Id waits or is at work",
                        .param = "id",
                        .code = "not_found"});
}

Reply Api::Page(const HttpRequest& request) { return ServePage(request); }

Reply Api::Config(const HttpRequest&) {
  HttpResponse response;
  response.body = DescribeConfig(config_);
  return response;
}

Reply Api::OpenApi(const HttpRequest&) {
  HttpResponse response;
  response.body = OpenApiDocument(version_);
  return response;
}

Reply Api::Docs(const HttpRequest&) {
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  for (const Route& route : Routes()) {
    response.body += Concat(route.method, "\t", route.path, "\t", route.summary, "\n");
  }
  return response;
}

Reply Api::NoCloning(const HttpRequest&) {
  return NotThere("Kokoro has fixed voices and no speaker encoder: it cannot clone a voice");
}

namespace {

// The fields of speech that count for a text, under both names where there are two.
json::value TextRequestSchema() {
  const json::value speech = json::parse(SpeechRequestSchema());
  const json::object& known = speech.at("properties").as_object();
  json::object properties;
  for (const char* name : {"input", "lang_code", "voice", "speed", "ssml", "lexicon"}) {
    properties[name] = known.at(name);
  }
  properties["text"] = known.at("input");
  properties["language"] = known.at("lang_code");
  json::array one_of_two;
  for (const char* name : {"text", "input"}) {
    one_of_two.push_back(json::object{{"required", json::array{name}}});
  }
  return {{"type", "object"}, {"properties", properties}, {"anyOf", one_of_two}};
}

// What a route takes in its path and after the '?'.
json::array ParametersOf(const Route& route) {
  json::array parameters;
  const auto add = [&](std::string_view name, std::string_view place, json::object schema) {
    parameters.push_back(
        {{"name", name}, {"in", place}, {"required", place == "path"}, {"schema", schema}});
  };
  const json::object number = {{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967295}};
  if (route.path.find("{id}") != std::string_view::npos) add("id", "path", {{"type", "string"}});
  if (route.handler == &Api::HistoryRows || route.handler == &Api::FollowHistory) {
    add("after", "query", number);
    add("column", "query", number);
  }
  if (route.handler == &Api::Voices) add("legacy", "query", {{"type", "boolean"}});
  return parameters;
}

json::value BlendRequestSchema() {
  const json::object text = {{"type", "string"}, {"minLength", 1}};
  return {{"type", "object"},
          {"properties",
           {{"voice", text},
            {"voices", {{"type", {"array", "object"}}}},
            {"method", {{"type", "string"}, {"enum", {"linear", "spherical"}}}},
            {"name", {{"type", "string"}, {"pattern", "^[a-z][a-z0-9_]{0,63}$"}}}}}};
}

json::value CacheSelectionSchema() {
  const json::object text = {{"type", "string"}};
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties", {{"cache", text}, {"voice", text}, {"format", text}}}};
}

}  // namespace

std::string OpenApiDocument(std::string_view version) {
  json::object paths;
  for (const Route& route : Routes()) {
    json::object operation = {{"summary", route.summary}};
    json::object responses;
    const bool is_missing = route.summary.starts_with("Not implemented");
    const auto add = [&](std::string_view status, std::string_view meaning) {
      responses[status] = {{"description", meaning}};
    };
    if (!is_missing) add("200", "Done");
    for (const std::string_view status :
         {"400", "401", "403", "404", "409", "413", "429", "500", "501", "503", "504"}) {
      add(status, "An error, in OpenAI's shape");
    }
    operation["responses"] = std::move(responses);
    const bool is_speech = route.handler == &Api::Speech ||
                           route.handler == &Api::CaptionedSpeech ||
                           route.handler == &Api::GenerateFromPhonemes;
    const bool is_blend = route.handler == &Api::Blend;
    const bool is_clear = route.handler == &Api::ClearCache;
    const bool is_file = route.handler == &Api::DetectWatermark;
    if (route.method == "POST") {
      json::value schema = is_speech    ? json::parse(SpeechRequestSchema())
                           : is_blend   ? BlendRequestSchema()
                           : is_clear   ? CacheSelectionSchema()
                           : is_missing ? json::value({{"type", "object"}})
                                        : TextRequestSchema();
      if (is_speech)
        schema.as_object()["required"] = {route.handler == &Api::GenerateFromPhonemes ? "phonemes"
                                                                                      : "input"};
      if (is_file) schema = {{"type", "string"}, {"format", "binary"}};
      const std::string_view media_type = is_file ? "application/octet-stream" : "application/json";
      operation["requestBody"] = {{"required", !is_clear},
                                  {"content", {{media_type, {{"schema", std::move(schema)}}}}}};
    }
    if (json::array parameters = ParametersOf(route); !parameters.empty()) {
      operation["parameters"] = std::move(parameters);
    }
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!paths.contains(route.path)) paths[route.path] = json::object();
    paths[route.path].as_object()[method] = std::move(operation);
  }
  return json::serialize(json::object{{"openapi", "3.1.0"},
                                      {"info", {{"title", "LiteTTS"}, {"version", version}}},
                                      {"paths", std::move(paths)}});
}

}  // namespace litetts::server
