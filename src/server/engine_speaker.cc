#include <utility>

#include "server/server.h"
#include "server/speaker.h"

namespace litetts::server {
namespace {

class EngineSpeaker : public Speaker {
 public:
  explicit EngineSpeaker(engine::Synthesizer synthesizer) : synthesizer_(std::move(synthesizer)) {}

  std::vector<model::VoiceInfo> Voices() const override { return synthesizer_.voices().voices(); }
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
};

}  // namespace

SpeakerFactory EngineSpeakerFactory(engine::SpeakerFiles files, model::BackendOptions options) {
  return [files = std::move(files),
          options = std::move(options)]() -> Result<std::unique_ptr<Speaker>> {
    LITETTS_ASSIGN_OR_RETURN(engine::Synthesizer synthesizer,
                             engine::Synthesizer::Load(files, options));
    return {std::make_unique<EngineSpeaker>(std::move(synthesizer))};
  };
}

engine::SpeakerFiles FilesOf(const ServerConfig& config) {
  engine::SpeakerFiles files = engine::SpeakerFiles::Default();
  if (!config.model_path.empty()) files.model = config.model_path;
  if (!config.voices_path.empty()) files.voices = config.voices_path;
  if (!config.english_path.empty()) files.english = config.english_path;
  return files;
}

SpeakerFactory SpeakerFromConfig(const ServerConfig& config) {
  Result<model::BackendOptions> options = BackendOf(config);
  if (!options.ok()) {
    return [status = options.status()]() -> Result<std::unique_ptr<Speaker>> { return status; };
  }
  return EngineSpeakerFactory(FilesOf(config), *std::move(options));
}

}  // namespace litetts::server
