#include <utility>

#include "server/idle_speaker.h"
#include "server/process.h"
#include "server/server.h"
#include "server/speaker.h"

namespace litetts::server {
namespace {

class EngineSpeaker : public Speaker {
 public:
  explicit EngineSpeaker(engine::Synthesizer synthesizer)
      : synthesizer_(std::move(synthesizer)),
        voices_(VoiceList::Of(synthesizer_.voices().voices())) {}

  std::shared_ptr<const VoiceList> Voices() const override { return voices_; }
  const model::BackendInfo& Backend() const override { return synthesizer_.backend(); }
  const model::BlendStore& Blends() const override { return synthesizer_.blends(); }
  Result<model::SavedBlend> SaveBlend(std::string_view name,
                                      std::string_view blend) const override {
    return engine::SaveBlend(synthesizer_.blends(), synthesizer_.voices(), name, blend);
  }
  Result<text::Analysis> Analyse(const engine::SpeakRequest& request) const override {
    return synthesizer_.Analyse(request);
  }
  Result<engine::SpeakReport> Speak(const engine::SpeakRequest& request,
                                    const engine::WorkspaceSource& workspace,
                                    engine::AudioSink& sink) const override {
    return synthesizer_.Speak(request, workspace, sink);
  }

 private:
  const engine::Synthesizer synthesizer_;
  const std::shared_ptr<const VoiceList> voices_;
};

// Tells what came of the wishes for the weights' memory.
void PlaceWeights(const engine::Synthesizer& synthesizer, const engine::SpeakerFiles& files,
                  bool locks_memory, LogSink& log) {
  for (const auto& [name, value] : synthesizer.backend().settings) {
    if (name == model::kCopiedWeights) {
      log.Write(LogLevel::kInfo, Concat("weights copied: ", value));
    }
  }
  if (!locks_memory) return;
  if (synthesizer.WeightPages().empty()) {
    log.Write(LogLevel::kWarning,
              Concat("performance.mlock: the backend ", synthesizer.backend().name,
                     " holds its weights itself; only voices and English data are locked"));
  }
  const std::vector<std::string> paths = {files.voices, files.english};
  const Result<size_t> locked = LockInMemory(paths, synthesizer.WeightPages());
  if (locked.ok()) {
    log.Write(LogLevel::kInfo, Concat("locked ", *locked >> 20, " MiB in memory"));
  } else {
    log.Write(LogLevel::kWarning, locked.status().message());
  }
}

}  // namespace

std::shared_ptr<const VoiceList> VoiceList::Of(std::vector<model::VoiceInfo> infos) {
  auto list = std::make_shared<VoiceList>();
  for (const model::VoiceInfo& info : infos) list->names.push_back(info.name);
  list->infos = std::move(infos);
  return list;
}

engine::SpeakerFiles FilesOf(const ServerConfig& config) {
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
  if (!config.model_path.empty()) files.model = config.model_path;
  if (!config.voices_path.empty()) files.voices = config.voices_path;
  if (!config.english_path.empty()) files.english = config.english_path;
  return files;
}

SpeakerFactory SpeakerFromConfig(const ServerConfig& config, LogSink& log) {
  Result<model::BackendOptions> options = BackendOf(config);
  if (!options.ok()) {
    return [status = options.status()]() -> Result<std::unique_ptr<Speaker>> { return status; };
  }
  const engine::SpeakerFiles files = FilesOf(config);
  SpeakerFactory load = [files, options = *std::move(options), locks_memory = config.locks_memory,
                         &log]() -> Result<std::unique_ptr<Speaker>> {
    LITETTS_ASSIGN_OR_RETURN(engine::Synthesizer synthesizer,
                             engine::Synthesizer::Load(files, options));
    PlaceWeights(synthesizer, files, locks_memory, log);
    return {std::make_unique<EngineSpeaker>(std::move(synthesizer))};
  };
  const IdleSpeaker::Options idle = {.idle_seconds = config.idle_unload_seconds,
                                     .voices_path = files.voices,
                                     .blends_path = files.blends,
                                     .load = std::move(load)};
  return [idle, &log]() -> Result<std::unique_ptr<Speaker>> {
    LITETTS_ASSIGN_OR_RETURN(std::unique_ptr<IdleSpeaker> speaker, IdleSpeaker::Create(idle, log));
    return {std::move(speaker)};
  };
}

}  // namespace litetts::server
