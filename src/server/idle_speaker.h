#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/log.h"
#include "base/mutex.h"
#include "server/speaker.h"

namespace litetts::server {

// A speaker that looks after its files: it gives its memory back when nobody has asked it for a
// while, and is loaded again by the next request; and it takes over a voices file that changes,
// once that is found to be good. Requests that are being spoken keep what they began with.
// Thread-safe.
class IdleSpeaker : public Speaker {
 public:
  struct Options {
    double idle_seconds = 0;       // without a request before it is unloaded; 0: never
    double poll_seconds = 1;       // between looks at the clock and the file
    std::string voices_path = {};  // empty: not looked at
    std::string blends_path = {};  // folder of the saved blends
    SpeakerFactory load;
  };

  // Loads for the first time. `log` must outlive it.
  static Result<std::unique_ptr<IdleSpeaker>> Create(Options options, LogSink& log);
  ~IdleSpeaker() override;

  std::shared_ptr<const VoiceList> Voices() const override LITETTS_EXCLUDES(mutex_);
  const model::BackendInfo& Backend() const override { return backend_; }
  const model::BlendStore& Blends() const override { return blends_; }
  Result<model::SavedBlend> SaveBlend(std::string_view name, std::string_view blend) const override;
  Result<text::Analysis> Analyse(const engine::SpeakRequest& request) const override;
  Result<engine::SpeakReport> Speak(const engine::SpeakRequest& request,
                                    const engine::WorkspaceSource& workspace,
                                    engine::AudioSink& sink) const override;
  LoadState load_state() const override LITETTS_EXCLUDES(mutex_);

 private:
  IdleSpeaker(Options options, LogSink& log);
  // Loads it where it is not. Who comes meanwhile waits.
  Result<std::shared_ptr<const Speaker>> Acquire() const LITETTS_EXCLUDES(mutex_, load_mutex_);
  // Null: unloaded. Else it counts as used now.
  std::shared_ptr<const Speaker> Current() const LITETTS_EXCLUDES(mutex_);
  // Loads one beside what there is, and puts it in its place.
  Result<std::shared_ptr<const Speaker>> Load() const LITETTS_EXCLUDES(mutex_);
  void Watch() LITETTS_EXCLUDES(mutex_);
  void UnloadIfIdle() LITETTS_EXCLUDES(mutex_);
  void LookAtVoices() LITETTS_EXCLUDES(mutex_);

  const Options options_;
  LogSink& log_;
  const model::BlendStore blends_;
  model::BackendInfo backend_;  // since Create()

  mutable Mutex load_mutex_;  // held while loading; taken before the other
  mutable Mutex mutex_;       // held for moments: the network thread asks for the voices
  CondVar changed_;
  bool is_ending_ LITETTS_GUARDED_BY(mutex_) = false;
  mutable std::shared_ptr<const Speaker> current_ LITETTS_GUARDED_BY(mutex_);  // null: unloaded
  mutable std::shared_ptr<const VoiceList> voices_ LITETTS_GUARDED_BY(mutex_);
  mutable double last_use_ LITETTS_GUARDED_BY(mutex_) = 0;  // NowSeconds()
  mutable LoadState state_ LITETTS_GUARDED_BY(mutex_) = {.is_loaded = false, .num_loads = 0};
  std::string file_mark_;  // of the voices file when it was last looked at; the watcher's
  std::thread watcher_;
};

}  // namespace litetts::server
