#include "server/idle_speaker.h"

#include <sys/stat.h>

#include <chrono>
#include <utility>

#include "base/cpu.h"
#include "model/voice.h"
#include "server/process.h"

namespace litetts::server {
namespace {

// Equal while a file is the same; empty where there is none.
std::string MarkOf(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return {};
  return Concat(status.st_dev, ' ', status.st_ino, ' ', status.st_size, ' ', status.st_mtim.tv_sec,
                '.', status.st_mtim.tv_nsec);
}

}  // namespace

Result<std::unique_ptr<IdleSpeaker>> IdleSpeaker::Create(Options options, LogSink& log) {
  auto speaker = std::unique_ptr<IdleSpeaker>(new IdleSpeaker(std::move(options), log));
  LITETTS_ASSIGN_OR_RETURN(const std::shared_ptr<const Speaker> first, speaker->Load());
  speaker->backend_ = first->Backend();
  speaker->watcher_ = std::thread([self = speaker.get()] { self->Watch(); });
  return speaker;
}

IdleSpeaker::IdleSpeaker(Options options, LogSink& log)
    : options_(std::move(options)),
      log_(log),
      blends_(options_.blends_path),
      file_mark_(MarkOf(options_.voices_path)) {}

IdleSpeaker::~IdleSpeaker() {
  {
    MutexLock lock(mutex_);
    is_ending_ = true;
  }
  changed_.NotifyAll();
  if (watcher_.joinable()) watcher_.join();
}

Result<std::shared_ptr<const Speaker>> IdleSpeaker::Load() const {
  const double begin = NowSeconds();
  LITETTS_ASSIGN_OR_RETURN(std::unique_ptr<Speaker> loaded, options_.load());
  const std::shared_ptr<const Speaker> fresh = std::move(loaded);
  std::shared_ptr<const VoiceList> voices = fresh->Voices();
  std::shared_ptr<const Speaker> before;  // goes after the mutex
  MutexLock lock(mutex_);
  before = std::exchange(current_, fresh);
  voices_ = std::move(voices);
  last_use_ = NowSeconds();
  state_.is_loaded = true;
  ++state_.num_loads;
  state_.load_seconds = last_use_ - begin;
  return fresh;
}

std::shared_ptr<const Speaker> IdleSpeaker::Current() const {
  MutexLock lock(mutex_);
  last_use_ = NowSeconds();
  return current_;
}

Result<std::shared_ptr<const Speaker>> IdleSpeaker::Acquire() const {
  if (std::shared_ptr<const Speaker> current = Current()) return current;
  MutexLock loading(load_mutex_);
  if (std::shared_ptr<const Speaker> current = Current()) return current;
  LITETTS_ASSIGN_OR_RETURN(std::shared_ptr<const Speaker> fresh, Load());
  log_.Write(LogLevel::kInfo, Concat("loaded again in ", load_state().load_seconds, " s"));
  return fresh;
}

std::shared_ptr<const VoiceList> IdleSpeaker::Voices() const {
  MutexLock lock(mutex_);
  return voices_;
}

LoadState IdleSpeaker::load_state() const {
  MutexLock lock(mutex_);
  return state_;
}

Result<model::SavedBlend> IdleSpeaker::SaveBlend(std::string_view name,
                                                 std::string_view blend) const {
  LITETTS_ASSIGN_OR_RETURN(const std::shared_ptr<const Speaker> speaker, Acquire());
  return speaker->SaveBlend(name, blend);
}

Result<text::Analysis> IdleSpeaker::Analyse(const engine::SpeakRequest& request) const {
  LITETTS_ASSIGN_OR_RETURN(const std::shared_ptr<const Speaker> speaker, Acquire());
  return speaker->Analyse(request);
}

Result<engine::SpeakReport> IdleSpeaker::Speak(const engine::SpeakRequest& request,
                                               const engine::WorkspaceSource& workspace,
                                               engine::AudioSink& sink) const {
  LITETTS_ASSIGN_OR_RETURN(const std::shared_ptr<const Speaker> speaker, Acquire());
  Result<engine::SpeakReport> report = speaker->Speak(request, workspace, sink);
  MutexLock lock(mutex_);
  last_use_ = NowSeconds();
  return report;
}

void IdleSpeaker::Watch() {
  const auto poll = std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double>(options_.poll_seconds));
  for (;;) {
    {
      MutexLock lock(mutex_);
      const auto wake = std::chrono::steady_clock::now() + poll;
      while (!is_ending_ && changed_.WaitUntil(mutex_, wake)) {
      }
      if (is_ending_) return;
    }
    LookAtVoices();
    UnloadIfIdle();
  }
}

void IdleSpeaker::UnloadIfIdle() {
  std::shared_ptr<const Speaker> unloaded;
  {
    MutexLock lock(mutex_);
    const bool is_idle = options_.idle_seconds > 0 && current_ != nullptr &&
                         current_.use_count() == 1 &&
                         NowSeconds() - last_use_ >= options_.idle_seconds;
    if (!is_idle) return;
    unloaded = std::exchange(current_, nullptr);
    state_.is_loaded = false;
  }
  unloaded = nullptr;
  TrimHeaps();
  log_.Write(LogLevel::kInfo, Concat("unloaded after ", options_.idle_seconds,
                                     " s without a request; the next one loads it again"));
}

void IdleSpeaker::LookAtVoices() {
  const std::string mark = MarkOf(options_.voices_path);
  if (mark.empty() || mark == file_mark_) return;  // one that went away stays as it is mapped
  file_mark_ = mark;
  const Result<model::VoiceTable> table = model::VoiceTable::Open(options_.voices_path);
  if (!table.ok()) {
    log_.Write(LogLevel::kWarning,
               Concat("the voices stay as they were: ", table.status().message()));
    return;
  }
  // Beside the one in use, so that nobody waits.
  MutexLock loading(load_mutex_);
  const auto fresh = Load();
  if (!fresh.ok()) {
    log_.Write(LogLevel::kWarning,
               Concat("the voices stay as they were: ", fresh.status().message()));
    return;
  }
  {
    MutexLock lock(mutex_);
    ++state_.num_voice_changes;
  }
  log_.Write(LogLevel::kInfo,
             Concat("the voices file changed: ", table->voices().size(), " voices"));
}

}  // namespace litetts::server
