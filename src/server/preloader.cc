#include "server/preloader.h"

#include <chrono>
#include <utility>

#include "base/cpu.h"

namespace litetts::server {
namespace {

constexpr auto kIdlePoll = std::chrono::milliseconds(50);

}  // namespace

std::vector<std::string> Preloader::CommonPhrases() {
  return {"Hello",
          "Yes",
          "No",
          "Thank you",
          "Please",
          "Good morning",
          "How are you?",
          "I understand",
          "Hello.",
          "Yes.",
          "No.",
          "Okay.",
          "Sure.",
          "Thank you.",
          "Hello!",
          "Sure!",
          "Of course!",
          "You're welcome!",
          "Good morning!",
          "Hi there!",
          "I'm sorry.",
          "One moment, please.",
          "I don't know.",
          "Let me think about that.",
          "How can I help you today?",
          "Is there anything else I can help you with?",
          "Hello! How can I help you today?",
          "I'm sorry, but I didn't understand that.",
          "Hello, this is a test of the text to speech system."};
}

void Preloader::Start(const Options& options, Hooks hooks, std::vector<std::string> phrases) {
  if (options.max_seconds <= 0 && options.max_learned_seconds <= 0) return;
  thread_ = std::thread([this, options, hooks = std::move(hooks), phrases = std::move(phrases)] {
    Run(options, hooks, phrases);
  });
}

void Preloader::Stop() {
  {
    MutexLock lock(mutex_);
    is_stopping_ = true;
  }
  cancel_ = true;
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Preloader::Yield() {
  MutexLock lock(mutex_);
  last_request_ = NowSeconds();
  cancel_ = true;
}

Preloader::Stats Preloader::stats() const {
  MutexLock lock(mutex_);
  return stats_;
}

bool Preloader::AwaitIdle(const Options& options, const Hooks& hooks) {
  for (;;) {
    const bool is_idle = hooks.is_idle();
    MutexLock lock(mutex_);
    if (is_stopping_) return false;
    if (is_idle && NowSeconds() - last_request_ >= options.idle_seconds) {
      cancel_ = false;
      return true;
    }
    changed_.WaitUntil(mutex_, std::chrono::steady_clock::now() + kIdlePoll);
  }
}

std::optional<Status> Preloader::SpeakWhenIdle(const Options& options, const Hooks& hooks,
                                               const std::function<Status()>& speak,
                                               double& seconds) {
  if (!AwaitIdle(options, hooks)) return std::nullopt;
  const double begin = NowSeconds();
  const Status status = speak();
  const double took = NowSeconds() - begin;
  seconds += took;
  MutexLock lock(mutex_);
  if (status.code() == StatusCode::kCancelled) ++stats_.num_interrupted;
  stats_.seconds += took;
  return status;
}

void Preloader::Run(const Options& options, const Hooks& hooks,
                    const std::vector<std::string>& phrases) {
  constexpr double kHour = 3600;
  size_t next = 0;
  double common_seconds = 0;
  double learned_seconds = 0;  // in the hour that began then
  double hour_begin = NowSeconds();
  for (;;) {
    if (NowSeconds() - hour_begin >= kHour) {
      hour_begin = NowSeconds();
      learned_seconds = 0;
    }
    const bool may_learn = learned_seconds < options.max_learned_seconds && hooks.has_room();
    const std::optional<Phrase> learned = hooks.next_learned();
    if (learned && may_learn) {
      const auto status = SpeakWhenIdle(
          options, hooks, [&] { return hooks.speak_learned(*learned, cancel_); }, learned_seconds);
      if (!status) return;
      MutexLock lock(mutex_);
      if (status->ok()) ++stats_.num_learned;
      continue;
    }
    if (next < phrases.size() && common_seconds < options.max_seconds && hooks.has_room()) {
      const auto status = SpeakWhenIdle(
          options, hooks, [&] { return hooks.speak(phrases[next], cancel_); }, common_seconds);
      if (!status) return;
      if (status->code() != StatusCode::kCancelled) ++next;
      MutexLock lock(mutex_);
      if (status->ok()) ++stats_.num_spoken;
      continue;
    }
    next = phrases.size();  // what had no room or time is not made up for later
    MutexLock lock(mutex_);
    stats_.is_done = true;
    const auto wake = std::chrono::steady_clock::now() +
                      std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                          std::chrono::duration<double>(options.poll_seconds));
    while (!is_stopping_ && changed_.WaitUntil(mutex_, wake)) {
    }
    if (is_stopping_) return;
  }
}

}  // namespace litetts::server
