#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "engine/synthesizer.h"
#include "model/blend_store.h"
#include "model/voice.h"

namespace litetts::server {

// The voices of a speaker, by name. Immutable.
struct VoiceList {
  std::vector<model::VoiceInfo> infos;
  std::vector<std::string> names;
  static std::shared_ptr<const VoiceList> Of(std::vector<model::VoiceInfo> infos);
};

struct LoadState {
  bool is_loaded = true;
  size_t num_loads = 1;
  double load_seconds = 0;       // of the last one
  size_t num_voice_changes = 0;  // how often there were other voices since the start
};

// What the server needs of the engine; the tests have a second implementation whose speed they set.
// Thread-safe.
class Speaker {
 public:
  virtual ~Speaker() = default;
  virtual std::shared_ptr<const VoiceList> Voices() const = 0;
  virtual const model::BackendInfo& Backend() const = 0;
  virtual const model::BlendStore& Blends() const = 0;
  // As engine::SaveBlend().
  virtual Result<model::SavedBlend> SaveBlend(std::string_view name,
                                              std::string_view blend) const = 0;
  virtual Result<text::Analysis> Analyse(const engine::SpeakRequest& request) const = 0;
  virtual Result<engine::SpeakReport> Speak(const engine::SpeakRequest& request,
                                            const engine::WorkspaceSource& workspace,
                                            engine::AudioSink& sink) const = 0;
  virtual LoadState load_state() const { return {}; }
};

using SpeakerFactory = std::function<Result<std::unique_ptr<Speaker>>()>;

}  // namespace litetts::server
