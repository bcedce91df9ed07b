#include "server/scheduler.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <utility>

#include "base/cpu.h"
#include "server/process.h"

namespace litetts::server {
namespace {

// A long job may be overtaken by what arrives up to this much later.
constexpr double kMaxLengthBonusSeconds = 10;
// A listener with much in hand lets others pass for at most this long.
constexpr double kMaxSlackSeconds = 5;
constexpr double kSpeedSmoothing = 0.2;  // weight of the newest measurement
// Audio of the longest piece, which is one turn.
constexpr double kMaxPieceSeconds = 12;
// After so long without work the scratch memory goes back to the system. The next request then
// takes some 25 ms longer.
constexpr std::chrono::seconds kIdleTime{30};
// Address space of the scratch memory of one turn; only what is touched takes memory. What the
// longest chunks take: 12 s of audio at 10.5 MB each, at the slowest speed.
constexpr size_t kScratchBytes = size_t{192} << 20;

}  // namespace

struct Job {
  enum class State { kQueued, kRunning, kWaitingTurn, kSuspended };
  uint64_t id = 0;
  std::string client;
  std::string name;
  Scheduler::Work work;
  State state = State::kQueued;
  double arrival = 0;
  double key = 0;               // smaller: earlier
  double expected_seconds = 0;  // core seconds
  double used_seconds = 0;      // core seconds of the turns that have ended
  double turn_begin = 0;
  size_t num_cores = 0;  // held now
  bool is_granted = false;
  bool is_withdrawn = false;
  bool is_leaving = false;  // has been told to make room
  CondVar turn;
};

Scheduler::Scheduler(const Options& options)
    : num_cores_(options.num_cores),
      max_at_work_(std::clamp<size_t>(options.max_at_work, 1, options.num_cores)),
      max_started_(options.max_started),
      num_workers_(options.max_started + options.max_suspended),
      options_(options),
      free_cores_(options.num_cores) {
  for (size_t i = 0; i < num_workers_; ++i) workers_.emplace_back([this] { WorkerLoop(); });
}

Scheduler::~Scheduler() {
  {
    MutexLock lock(mutex_);
    is_stopping_ = true;
    is_destroyed_ = true;
    wake_.NotifyAll();
  }
  for (std::thread& worker : workers_) worker.join();
}

Result<uint64_t> Scheduler::Submit(const JobOptions& options, Work work) {
  MutexLock lock(mutex_);
  if (is_stopping_) return Unavailable("the server is shutting down");
  if (num_queued_ >= options_.max_queued) {
    return ResourceExhausted("the queue is full: ", num_queued_, " requests are waiting");
  }
  auto [client, is_new] = clients_.try_emplace(options.client);
  if (is_new) {
    double least = 0;
    bool is_first = true;
    for (const auto& [name, other] : clients_) {
      if (other.num_jobs == 0) continue;
      least = is_first ? other.used_seconds : std::min(least, other.used_seconds);
      is_first = false;
    }
    client->second.used_seconds = least;
  } else if (options_.max_per_client > 0 && client->second.num_jobs >= options_.max_per_client) {
    return FailedPrecondition("this client has ", client->second.num_jobs,
                              " requests in progress; the limit is ", options_.max_per_client);
  }
  auto job = std::make_unique<Job>();
  job->id = next_id_++;
  job->client = options.client;
  job->name = options.name;
  job->work = std::move(work);
  job->arrival = NowSeconds();
  job->expected_seconds = options.audio_seconds * cost_;
  job->key = job->arrival + std::min(job->expected_seconds, kMaxLengthBonusSeconds);
  // The first one that waits is taken whatever the estimate says: without work there is no better.
  if (const double wait = num_queued_ > 0 ? WaitSeconds(job.get()) : 0;
      wait > options_.max_wait_seconds) {
    if (is_new) clients_.erase(client);
    return ResourceExhausted("the request would wait ", std::lround(wait),
                             " s, longer than the limit of ", options_.max_wait_seconds, " s");
  }
  ++client->second.num_jobs;
  const uint64_t id = job->id;
  jobs_.push_back(std::move(job));
  ++num_queued_;
  Dispatch();
  return id;
}

void Scheduler::Withdraw(uint64_t id) {
  MutexLock lock(mutex_);
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->id == id; });
  if (found == jobs_.end()) return;
  Job& job = **found;
  job.is_withdrawn = true;
  if (job.state == Job::State::kQueued) {
    --num_queued_;
    Forget(job);
    jobs_.erase(found);
    Dispatch();
  } else if (job.state == Job::State::kWaitingTurn) {
    job.turn.NotifyAll();
  }
}

void Scheduler::Stop() {
  MutexLock lock(mutex_);
  is_stopping_ = true;
}

void Scheduler::SetLimits(const Options& options) {
  MutexLock lock(mutex_);
  options_ = options;
}

Job* Scheduler::PickNext() {
  const bool may_begin =
      num_started_ - num_suspended_ < max_started_ && num_started_ < num_workers_;
  Job* best = nullptr;
  for (const auto& job : jobs_) {
    const bool is_ready =
        job->state == Job::State::kWaitingTurn || (job->state == Job::State::kQueued && may_begin);
    if (is_ready && (best == nullptr || GoesBefore(*job, *best))) best = job.get();
  }
  return best;
}

bool Scheduler::GoesBefore(const Job& a, const Job& b) const {
  const double used_a = clients_.at(a.client).used_seconds;
  const double used_b = clients_.at(b.client).used_seconds;
  return used_a < used_b || (used_a == used_b && a.key < b.key);
}

std::optional<size_t> Scheduler::NumBefore(std::string_view name) const {
  MutexLock lock(mutex_);
  const auto found =
      std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->name == name; });
  if (found == jobs_.end()) return std::nullopt;
  const Job& job = **found;
  if (job.state != Job::State::kQueued) return 0;
  size_t num_before = 0;
  for (const auto& other : jobs_) {
    const bool waits_to_speak = other->state == Job::State::kQueued && other->expected_seconds > 0;
    if (waits_to_speak && GoesBefore(*other, job)) ++num_before;
  }
  return num_before;
}

// Cores of each of so many jobs.
size_t Scheduler::ShareOf(size_t num_jobs) const {
  return num_cores_ / std::clamp<size_t>(num_jobs, 1, max_at_work_);
}

void Scheduler::Dispatch() {
  while (num_at_work_ < max_at_work_) {
    Job* job = PickNext();
    if (job == nullptr) return;
    size_t share = ShareOf(num_queued_ + num_waiting_turn_ + num_at_work_);
    // Fewer while a job from a quieter moment still holds more than its share.
    const size_t least = ShareOf(max_at_work_);
    if (free_cores_ < least) return;
    share = std::min(share, free_cores_);
    if (free_cores_ - share < least) share = free_cores_;
    Grant(*job, share);
  }
}

void Scheduler::Grant(Job& job, size_t num_cores) {
  free_cores_ -= num_cores;
  ++num_at_work_;
  job.num_cores = num_cores;
  job.turn_begin = NowSeconds();
  if (job.state == Job::State::kQueued) {
    --num_queued_;
    ++num_started_;
    granted_.push_back(&job);
    wake_.NotifyOne();
  } else {
    --num_waiting_turn_;
    job.is_granted = true;
    job.turn.NotifyAll();
  }
  job.state = Job::State::kRunning;
}

void Scheduler::Charge(const std::string& client, double core_seconds) {
  clients_[client].used_seconds += core_seconds;
}

void Scheduler::ReleaseCores(Job& job) {
  if (job.num_cores == 0) return;  // withdrawn while it waited
  const double used = static_cast<double>(job.num_cores) * (NowSeconds() - job.turn_begin);
  job.used_seconds += used;
  Charge(job.client, used);
  free_cores_ += std::exchange(job.num_cores, 0);
  --num_at_work_;
}

void Scheduler::Forget(const Job& job) {
  const auto client = clients_.find(job.client);
  if (--client->second.num_jobs == 0) clients_.erase(client);
}

void Scheduler::WorkerLoop() {
  PreferThroughput();
  bool was_last = false;  // to end a job, so that it looks after the memory
  for (;;) {
    Job* job = nullptr;
    {
      MutexLock lock(mutex_);
      const auto idle = std::chrono::steady_clock::now() + kIdleTime;
      bool is_idle = false;
      while (granted_.empty() && !is_destroyed_ && !is_idle) {
        if (was_last) {
          is_idle = !wake_.WaitUntil(mutex_, idle);
        } else {
          wake_.Wait(mutex_);
        }
      }
      was_last = false;
      if (!granted_.empty()) {
        job = granted_.front();
        granted_.pop_front();
      } else if (is_destroyed_) {
        return;
      } else if (num_started_ > 0) {
        continue;
      }
    }
    if (job == nullptr) {
      FreeScratch();
      continue;
    }
    RunJob(*job);
    MutexLock lock(mutex_);
    ReleaseCores(*job);
    if (job->is_leaving) --num_leaving_;
    was_last = --num_started_ == 0;
    Forget(*job);
    jobs_.remove_if([&](const auto& other) { return other.get() == job; });
    if (!is_destroyed_) Dispatch();
  }
}

void Scheduler::RunJob(Job& job) {
  Turn turn;
  turn.scheduler_ = this;
  turn.job_ = &job;
  turn.queue_seconds_ = NowSeconds() - job.arrival;
  job.work(turn);
  job.work = nullptr;  // what it captured goes before the job counts as done
  GiveWorkspace(turn);
}

model::Workspace& Scheduler::Turn::workspace() {
  if (workspace_ == nullptr) scheduler_->TakeWorkspace(*this);
  return *workspace_;
}

// Only Grant() changes it, while the job waits; a withdrawn job holds no core.
size_t Scheduler::Turn::num_threads() const { return std::max<size_t>(1, job_->num_cores); }

void Scheduler::Turn::Yield(double slack_seconds) { scheduler_->YieldTurn(*this, slack_seconds); }

void Scheduler::Turn::Suspend(const std::function<void()>& wait) {
  scheduler_->SuspendJob(*this, wait);
}

void Scheduler::YieldTurn(Turn& turn, double slack_seconds) {
  Job& job = *turn.job_;
  {
    MutexLock lock(mutex_);
    const bool is_alone = num_queued_ == 0 && num_waiting_turn_ == 0;
    if (is_alone && job.num_cores + free_cores_ < num_cores_) return;  // others are at work
    if (is_alone && free_cores_ == 0) return;
  }
  GiveWorkspace(turn);
  MutexLock lock(mutex_);
  ReleaseCores(job);
  AwaitTurn(job, NowSeconds() + std::clamp(slack_seconds, 0.0, kMaxSlackSeconds));
}

void Scheduler::SuspendJob(Turn& turn, const std::function<void()>& wait) {
  Job& job = *turn.job_;
  GiveWorkspace(turn);
  {
    MutexLock lock(mutex_);
    ReleaseCores(job);
    job.state = Job::State::kSuspended;
    ++num_suspended_;
    Dispatch();
  }
  wait();
  MutexLock lock(mutex_);
  --num_suspended_;
  AwaitTurn(job, NowSeconds());
}

bool Scheduler::Turn::MustMakeRoom() {
  Scheduler& scheduler = *scheduler_;
  MutexLock lock(scheduler.mutex_);
  const size_t num_held = scheduler.num_started_ - scheduler.num_leaving_;
  if (scheduler.num_queued_ == 0 || num_held < scheduler.num_workers_) return false;
  job_->is_leaving = true;
  job_->is_withdrawn = true;  // it needs no turn to end
  ++scheduler.num_leaving_;
  return true;
}

void Scheduler::AwaitTurn(Job& job, double key) {
  job.key = key;
  job.state = Job::State::kWaitingTurn;
  job.is_granted = false;
  ++num_waiting_turn_;
  Dispatch();
  while (!job.is_granted && !job.is_withdrawn) job.turn.Wait(mutex_);
  if (!job.is_granted) {  // withdrawn: it will stop at its cancel flag, without a core to give back
    --num_waiting_turn_;
    job.state = Job::State::kRunning;
    job.turn_begin = NowSeconds();
  }
}

void Scheduler::Turn::Report(double audio_seconds) {
  if (audio_seconds < 0.1) return;  // too short to tell a speed
  MutexLock lock(scheduler_->mutex_);
  const double used =
      job_->used_seconds + static_cast<double>(job_->num_cores) * (NowSeconds() - job_->turn_begin);
  scheduler_->cost_ += kSpeedSmoothing * (used / audio_seconds - scheduler_->cost_);
}

void Scheduler::TakeWorkspace(Turn& turn) {
  turn.workspace_threads_ = turn.num_threads();
  MutexLock lock(workspaces_mutex_);
  std::vector<model::Workspace*>& free = free_workspaces_[turn.workspace_threads_];
  if (free.empty()) {
    workspaces_.push_back(std::make_unique<model::Workspace>(turn.workspace_threads_));
    free.push_back(workspaces_.back().get());
  }
  turn.workspace_ = free.back();
  free.pop_back();
  if (free_arenas_.empty()) {
    turn.workspace_->arena.Reserve(kScratchBytes);
  } else {
    turn.workspace_->arena = std::move(free_arenas_.back());
    free_arenas_.pop_back();
  }
}

void Scheduler::GiveWorkspace(Turn& turn) {
  if (turn.workspace_ == nullptr) return;
  MutexLock lock(workspaces_mutex_);
  turn.workspace_->arena.Reset();
  free_arenas_.push_back(std::exchange(turn.workspace_->arena, Arena()));
  free_workspaces_[turn.workspace_threads_].push_back(std::exchange(turn.workspace_, nullptr));
}

void Scheduler::FreeScratch() {
  {
    MutexLock lock(workspaces_mutex_);
    for (Arena& arena : free_arenas_) arena.Shrink(0);
  }
  TrimHeaps();
}

double Scheduler::RemainingSeconds(const Job& job) const {
  if (job.is_withdrawn) return 0;
  double used = job.used_seconds;
  if (job.num_cores > 0)
    used += static_cast<double>(job.num_cores) * (NowSeconds() - job.turn_begin);
  return std::max(0.0, job.expected_seconds - used);
}

double Scheduler::BacklogSeconds() const {
  double core_seconds = 0;
  for (const auto& job : jobs_) {
    if (job->state != Job::State::kSuspended) core_seconds += RemainingSeconds(*job);
  }
  return core_seconds / static_cast<double>(num_cores_);
}

// Until the job, which is not listed yet, begins; null: one that lets all others begin before.
double Scheduler::WaitSeconds(const Job* job) const {
  const double piece = kMaxPieceSeconds * cost_;
  std::vector<double> remaining;  // of the jobs that hold a place by then, unless they are done
  double pieces = 0;              // core seconds of the turns before its first one
  for (const auto& other : jobs_) {
    const bool is_at_work = other->state == Job::State::kRunning;
    const bool is_before = is_at_work || job == nullptr || GoesBefore(*other, *job);
    if (other->state == Job::State::kSuspended) continue;
    if (other->state == Job::State::kQueued && !is_before) continue;
    remaining.push_back(RemainingSeconds(*other));
    if (!is_before) continue;
    // After a piece it goes on only where its client has still used less.
    double lead = 0;
    if (job != nullptr && !is_at_work) {
      lead = clients_.at(job->client).used_seconds - clients_.at(other->client).used_seconds;
    }
    pieces += std::min(remaining.back(), piece + std::max(0.0, lead));
  }
  if (remaining.size() >= max_started_) {
    // So many of them must be done before; all advance alike until then.
    const size_t last = remaining.size() - max_started_;
    std::nth_element(remaining.begin(), remaining.begin() + static_cast<std::ptrdiff_t>(last),
                     remaining.end());
    const double limit = remaining[last];
    double until_then = 0;
    for (const double seconds : remaining) until_then += std::min(seconds, limit);
    pieces = std::max(pieces, until_then);
  }
  return pieces / static_cast<double>(num_cores_);
}

Scheduler::Load Scheduler::load() const {
  MutexLock lock(mutex_);
  return {.num_queued = num_queued_,
          .num_started = num_started_,
          .num_suspended = num_suspended_,
          .num_busy_cores = num_cores_ - free_cores_,
          .backlog_seconds = BacklogSeconds(),
          .core_seconds_per_audio_second = cost_};
}

bool Scheduler::IsSaturated() const {
  MutexLock lock(mutex_);
  return is_stopping_ || num_queued_ >= options_.max_queued;
}

int Scheduler::RetryAfterSeconds() const {
  MutexLock lock(mutex_);
  return static_cast<int>(std::clamp(std::ceil(WaitSeconds(nullptr)), 1.0, 3600.0));
}

}  // namespace litetts::server
