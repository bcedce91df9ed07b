// What Api speaks while nobody asks for anything.
#include <future>
#include <utility>

#include "base/cpu.h"
#include "server/api.h"
#include "server/speech_request.h"
#include "server/voice_names.h"

namespace litetts::server {
namespace {

constexpr double kSaveSeconds = 60;  // between writes of what was learned

}  // namespace

Status Api::Preload(engine::SpeakRequest speak, const std::atomic<bool>& cancel) {
  const auto done = std::make_shared<std::promise<Status>>();
  std::future<Status> outcome = done->get_future();
  speak.cancel = &cancel;
  speak.exact_norms = true;  // nobody waits: what is kept serves streams and files
  const Result<uint64_t> id = scheduler_.Submit(
      {.client = "preloader", .audio_seconds = ExpectedAudioSeconds(CountCharacters(speak.text))},
      [this, speak = std::move(speak), done](Scheduler::Turn& turn) {
        engine::NullSink sink;  // the caches keep the result
        const auto workspace = [&turn]() -> model::Workspace& { return turn.workspace(); };
        try {
          done->set_value(speaker()->Speak(speak, workspace, sink).status());
        } catch (const std::exception& thrown) {  // memory that ran out
          log_.Write(LogLevel::kError, Concat("a phrase was not spoken: ", thrown.what()));
          done->set_value(ResourceExhausted("the server ran out of memory"));
        }
      });
  LITETTS_RETURN_IF_ERROR(id.status());
  return outcome.get();
}

std::optional<Phrase> Api::NextLearned() {
  if (NowSeconds() - phrases_saved_ >= kSaveSeconds) SavePhrases();
  const uint64_t num_evictions = caches_.segments().memory_stats().num_evictions;
  if (std::exchange(num_evictions_, num_evictions) != num_evictions) phrases_.ForgetSpoken();
  return phrases_.Next();
}

Status Api::SpeakLearned(const Phrase& phrase, const std::atomic<bool>& cancel) {
  engine::SpeakRequest speak = preload_;
  speak.text = phrase.phonemes;
  speak.input_is_phonemes = true;
  speak.voice = phrase.voice;
  speak.speed = phrase.speed;
  speak.texts = nullptr;  // nobody asks for the phonemes
  const Status status = Preload(std::move(speak), cancel);
  if (status.code() != StatusCode::kCancelled) phrases_.MarkSpoken(phrase);
  return status;
}

void Api::CountPhrases(const SpeechRequest& speech, const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) {
    phrases_.Count({.phonemes = sentence, .voice = speech.voice, .speed = speech.speed});
  }
}

void Api::SavePhrases() {
  phrases_saved_ = NowSeconds();
  const Status status = phrases_.Save();
  if (status.ok() || status.message() == phrases_problem_) return;
  phrases_problem_ = status.message();  // said once
  log_.Write(LogLevel::kWarning, Concat("what was learned is not kept: ", phrases_problem_));
}

void Api::StartPreloader() {
  const Result<std::string> voice =
      ResolveVoice(preload_.voice, owned_speaker_->Voices()->names, &owned_speaker_->Blends());
  if (!voice.ok()) return;  // requests that name no voice fail and say why
  preload_.voice = *voice;
  const auto is_idle = [this] {
    const Scheduler::Load load = scheduler_.load();
    return load.num_queued == 0 && load.num_started == 0;
  };
  const auto has_room = [this] {  // nothing that was asked for is pushed out
    const CacheStats stats = caches_.segments().memory_stats();
    return stats.num_bytes < stats.max_bytes / 4;
  };
  const auto speak = [this](const std::string& phrase, const std::atomic<bool>& cancel) {
    engine::SpeakRequest request = preload_;
    request.text = phrase;
    return Preload(std::move(request), cancel);
  };
  preloader_.Start({.max_seconds = preload_seconds_, .max_learned_seconds = idle_fill_seconds_},
                   {.is_idle = is_idle,
                    .has_room = has_room,
                    .speak = speak,
                    .next_learned = [this] { return NextLearned(); },
                    .speak_learned =
                        [this](const Phrase& phrase, const std::atomic<bool>& cancel) {
                          return SpeakLearned(phrase, cancel);
                        }},
                   Preloader::CommonPhrases());
}

}  // namespace litetts::server
