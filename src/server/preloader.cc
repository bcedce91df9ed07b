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
  if (options.max_seconds <= 0) return;
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

void Preloader::Run(const Options& options, const Hooks& hooks,
                    const std::vector<std::string>& phrases) {
  double seconds = 0;
  for (size_t next = 0; next < phrases.size();) {
    if (seconds >= options.max_seconds || !hooks.has_room()) break;
    if (!AwaitIdle(options, hooks)) return;
    const double begin = NowSeconds();
    const Status status = hooks.speak(phrases[next], cancel_);
    seconds += NowSeconds() - begin;
    const bool is_interrupted = status.code() == StatusCode::kCancelled;
    if (!is_interrupted) ++next;
    MutexLock lock(mutex_);
    if (status.ok()) ++stats_.num_spoken;
    if (is_interrupted) ++stats_.num_interrupted;
    stats_.seconds = seconds;
  }
  MutexLock lock(mutex_);
  stats_.is_done = true;
}

}  // namespace litetts::server
