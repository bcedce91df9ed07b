// What a voice sounds like: a card with what was measured, and a clip.
#include <algorithm>
#include <boost/json.hpp>

#include "base/cpu.h"
#include "engine/voice_card.h"
#include "server/api.h"
#include "server/api_error.h"
#include "server/speech_request.h"
#include "server/voice_names.h"

namespace litetts::server {
namespace {

namespace json = boost::json;

HttpResponse UnknownVoice(std::string_view id) {
  return ErrorResponse(
      {.status = 404,
       .message = Concat("the voice '", id.substr(0, 80), "' does not exist; see /v1/voices"),
       .param = "id",
       .code = "not_found"});
}

json::object CardJson(const engine::VoiceCard& card) {
  json::object out;
  for (const auto& [key, value] : card.Measures()) out[key] = json::value_from(value);
  return out;
}

}  // namespace

// The card is measured when it is first asked for, and kept.
Reply Api::OneVoice(const HttpRequest& request) {
  if (std::optional<HttpResponse> refusal = CheckRate(request)) return *refusal;
  const Speaker* speaker = this->speaker();
  if (speaker == nullptr) return StillLoading();
  const std::string id(request.LastPart());
  const std::shared_ptr<const VoiceList> voices = speaker->Voices();
  const auto voice = std::ranges::find(voices->infos, id, &model::VoiceInfo::name);
  if (voice == voices->infos.end()) return UnknownVoice(id);
  // Other voices may come under the same names.
  const std::string key = Concat(speaker->load_state().num_voice_changes, ' ', id);
  json::object head = {
      {"id", voice->name},           {"name", voice->name},
      {"language", voice->language}, {"gender", voice->gender},
      {"flag", voice->flag},         {"sample", Concat("/v1/voices/sample/", voice->name)}};
  {
    MutexLock lock(cards_mutex_);
    if (const auto found = cards_.find(key); found != cards_.end()) {
      HttpResponse response;
      response.body = found->second;
      return response;
    }
  }
  auto stream = std::make_shared<ResponseStream>();
  const auto work = [this, speaker, stream, id, key, head](Scheduler::Turn& turn) mutable {
    stream->MarkStarted();
    engine::SpeakRequest speak;
    speak.voice = id;
    speak.segments = &caches_.segments();
    speak.cancel = &stream->cancelled();
    speak.wait = [&turn](const std::function<void()>& wait) { turn.Suspend(wait); };
    const Result<engine::VoiceCard> card = engine::MakeVoiceCard(
        speak, [&](const engine::SpeakRequest& wanted, engine::AudioSink& sink) {
          return speaker->Speak(
              wanted, [&turn]() -> model::Workspace& { return turn.workspace(); }, sink);
        });
    if (!card.ok()) return stream->Answer(ErrorResponse(ErrorFromStatus(card.status())));
    head["card"] = CardJson(*card);
    HttpResponse response;
    response.body = json::serialize(head);
    {
      MutexLock lock(cards_mutex_);
      cards_[key] = response.body;
    }
    stream->Answer(std::move(response));
  };
  const double seconds = ExpectedAudioSeconds(engine::kVoiceSample.size());
  return SubmitTo(stream, {.client = request.client, .audio_seconds = seconds}, work, {});
}

Reply Api::VoiceSample(const HttpRequest& request) {
  const std::string id(request.LastPart());
  if (speaker() == nullptr) return StillLoading();
  const std::shared_ptr<const VoiceList> voices = speaker()->Voices();
  if (std::ranges::find(voices->names, id) == voices->names.end()) return UnknownVoice(id);
  HttpRequest speech = request;
  speech.body = json::serialize(
      json::object{{"input", engine::kVoiceSample}, {"voice", id}, {"stream", false}});
  return StartSpeech(speech, SpeechInput::kText);
}

}  // namespace litetts::server
