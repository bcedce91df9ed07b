// The routes of saved blends.
#include <boost/json.hpp>
#include <functional>
#include <utility>

#include "server/api.h"
#include "server/api_error.h"
#include "server/voice_names.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

json::object BlendObject(const model::SavedBlend& blend) {
  return {{"id", blend.name},
          {"name", blend.name},
          {"voice", blend.voice},
          {"built_in", blend.is_built_in}};
}

HttpResponse JsonResponse(const json::value& value) {
  HttpResponse response;
  response.body = json::serialize(value);
  return response;
}

// One voice of the field "voices", as {"voice": "af_heart", "weight": 2}.
Result<std::string> PartText(const json::value& part) {
  if (!part.is_object()) return InvalidArgument("'voices' holds objects {\"voice\", \"weight\"}");
  const json::value* name = part.as_object().if_contains("voice");
  if (name == nullptr) name = part.as_object().if_contains("id");
  const json::value* weight = part.as_object().if_contains("weight");
  if (name == nullptr || !name->is_string()) return InvalidArgument("a part has no 'voice'");
  if (weight == nullptr) return std::string(name->as_string());
  if (!weight->is_number()) return InvalidArgument("a 'weight' is a number");
  return Concat(std::string_view(name->as_string()), "(", std::fixed, weight->to_number<double>(),
                ")");
}

// The blend of a body: "voice", or "voices" as a list or as {name: weight}, with "method".
Result<std::string> BlendOfBody(const json::object& body) {
  std::string text;
  if (const json::value* voice = body.if_contains("voice")) {
    if (!voice->is_string()) return InvalidArgument("'voice' must be a string");
    text = voice->as_string();
  } else if (const json::value* voices = body.if_contains("voices")) {
    json::array parts;
    if (voices->is_array()) {
      parts = voices->as_array();
    } else if (voices->is_object()) {
      for (const auto& [name, weight] : voices->as_object()) {
        parts.push_back({{"voice", name}, {"weight", weight}});
      }
    }
    if (parts.empty()) return InvalidArgument("'voices' must be a list or an object, not empty");
    for (const json::value& part : parts) {
      LITETTS_ASSIGN_OR_RETURN(const std::string one, PartText(part));
      text += (text.empty() ? "" : "+") + one;
    }
  } else {
    return InvalidArgument("'voice' or 'voices' is required");
  }
  const json::value* method = body.if_contains("method");
  if (method == nullptr || *method == "linear") return text;
  if (*method == "spherical") return "spherical:" + text;
  return InvalidArgument("'method' must be linear or spherical");
}

HttpResponse Failure(const Status& status, std::string_view field) {
  ApiError error = ErrorFromStatus(status);
  error.param = field;
  return ErrorResponse(error);
}

}  // namespace

Reply Api::Blend(const HttpRequest& request) {
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const Speaker* speaker = this->speaker();
  if (speaker == nullptr) return StillLoading();
  json::error_code error;
  const json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) {
    return ErrorResponse(
        {.message = "the body must be a JSON object", .param = {}, .code = "invalid_json"});
  }
  const json::object& body = value.as_object();
  const Result<std::string> text = BlendOfBody(body);
  if (!text.ok()) return Failure(text.status(), "voice");
  // Of voices only: a saved blend inside another would change or break with it.
  const Result<std::string> voice = ResolveVoice(*text, speaker->Voices()->names, nullptr);
  if (!voice.ok()) return Failure(voice.status(), "voice");
  const json::value* name = body.if_contains("name");
  const bool must_save = request.path.ends_with("/preset");
  if (name == nullptr && !must_save) return JsonResponse({{"voice", *voice}});
  if (name == nullptr || !name->is_string()) {
    return ErrorResponse(InvalidField("name", "invalid_type", "'name' must be a string"));
  }
  return StartFileWork(request, [speaker, name = std::string(name->as_string()), voice = *voice] {
    const Result<model::SavedBlend> saved = speaker->SaveBlend(name, voice);
    return saved.ok() ? JsonResponse(BlendObject(*saved)) : Failure(saved.status(), "name");
  });
}

Reply Api::Blends(const HttpRequest&) {
  if (speaker() == nullptr) return StillLoading();
  json::array blends;
  for (const model::SavedBlend& blend : speaker()->Blends().List()) {
    blends.push_back(BlendObject(blend));
  }
  return JsonResponse({{"object", "list"}, {"presets", blends}, {"data", blends}});
}

Reply Api::DeleteBlend(const HttpRequest& request) {
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const Speaker* speaker = this->speaker();
  if (speaker == nullptr) return StillLoading();
  std::string name(request.LastPart());
  return StartFileWork(request, [speaker, name = std::move(name)] {
    const Status status = speaker->Blends().Delete(name);
    return status.ok() ? JsonResponse({{"id", name}, {"deleted", true}}) : Failure(status, {});
  });
}

// Waits for a disk on a worker, not on the thread of the network.
Reply Api::StartFileWork(const HttpRequest& request, std::function<HttpResponse()> work) {
  auto stream = std::make_shared<ResponseStream>();
  return SubmitTo(stream, {.client = request.client, .audio_seconds = 0},
                  [stream, work = std::move(work)](Scheduler::Turn&) {
                    stream->MarkStarted();
                    stream->Answer(work());
                  },
                  {});
}

}  // namespace litetts::server
