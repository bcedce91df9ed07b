#include "server/scheduler.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "base/cpu.h"

namespace litetts::server {
namespace {

// A long job may be overtaken by what arrives up to this much later.
constexpr double kMaxLengthBonusSeconds = 10;
// A listener with much in hand lets others pass for at most this long.
constexpr double kMaxSlackSeconds = 5;
constexpr double kSpeedSmoothing = 0.2;  // weight of the newest measurement

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
  double turn_begin = 0;
  size_t num_threads = 0;  // of its workspace, once begun
  size_t num_cores = 0;    // held now
  bool is_granted = false;
  bool is_withdrawn = false;
  CondVar turn;
};

Scheduler::Scheduler(const Options& options)
    : num_cores_(options.num_cores),
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
  if (const double wait = BacklogSeconds(); num_queued_ > 0 && wait > options_.max_wait_seconds) {
    return ResourceExhausted("requests would wait ", std::lround(wait),
                             " s, longer than the limit of ", options_.max_wait_seconds, " s");
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
  ++client->second.num_jobs;
  auto job = std::make_unique<Job>();
  job->id = next_id_++;
  job->client = options.client;
  job->name = options.name;
  job->work = std::move(work);
  job->arrival = NowSeconds();
  job->expected_seconds = options.audio_seconds * cost_;
  job->key = job->arrival + std::min(job->expected_seconds, kMaxLengthBonusSeconds);
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
    if (other->state == Job::State::kQueued && GoesBefore(*other, job)) ++num_before;
  }
  return num_before;
}

void Scheduler::Dispatch() {
  while (free_cores_ > 0) {
    Job* job = PickNext();
    if (job == nullptr) return;
    size_t wanted = job->num_threads;
    if (job->state == Job::State::kQueued) {
      // Alone among those that want to begin, with nobody at work: all cores, also where a long job
      // has just let it pass.
      wanted = free_cores_ == num_cores_ && num_queued_ == 1 ? num_cores_ : 1;
    }
    // What needs all cores waits until they are free, and nobody passes it meanwhile.
    if (wanted > free_cores_) return;
    Grant(*job, wanted);
  }
}

void Scheduler::Grant(Job& job, size_t num_cores) {
  free_cores_ -= num_cores;
  job.num_cores = num_cores;
  job.turn_begin = NowSeconds();
  if (job.state == Job::State::kQueued) {
    --num_queued_;
    ++num_started_;
    job.num_threads = num_cores;
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
  Charge(job.client, static_cast<double>(job.num_cores) * (NowSeconds() - job.turn_begin));
  free_cores_ += std::exchange(job.num_cores, 0);
}

void Scheduler::Forget(const Job& job) {
  const auto client = clients_.find(job.client);
  if (--client->second.num_jobs == 0) clients_.erase(client);
}

void Scheduler::WorkerLoop() {
  for (;;) {
    Job* job = nullptr;
    {
      MutexLock lock(mutex_);
      while (granted_.empty() && !is_destroyed_) wake_.Wait(mutex_);
      if (granted_.empty()) return;
      job = granted_.front();
      granted_.pop_front();
    }
    RunJob(*job);
    MutexLock lock(mutex_);
    ReleaseCores(*job);
    --num_started_;
    Forget(*job);
    jobs_.remove_if([&](const auto& other) { return other.get() == job; });
    if (!is_destroyed_) Dispatch();
  }
}

void Scheduler::RunJob(Job& job) {
  Turn turn;
  turn.scheduler_ = this;
  turn.job_ = &job;
  turn.num_threads_ = job.num_threads;
  turn.queue_seconds_ = NowSeconds() - job.arrival;
  job.work(turn);
  job.work = nullptr;  // what it captured goes before the job counts as done
  if (turn.workspace_ != nullptr) GiveWorkspace(turn.workspace_, job.num_threads);
}

model::Workspace& Scheduler::Turn::workspace() {
  if (workspace_ == nullptr) workspace_ = scheduler_->TakeWorkspace(num_threads_);
  return *workspace_;
}

void Scheduler::Turn::Yield(double slack_seconds) { scheduler_->YieldTurn(*job_, slack_seconds); }

void Scheduler::Turn::Suspend(const std::function<void()>& wait) {
  scheduler_->SuspendJob(*job_, wait);
}

void Scheduler::YieldTurn(Job& job, double slack_seconds) {
  MutexLock lock(mutex_);
  if (num_queued_ == 0 && num_waiting_turn_ == 0) return;
  ReleaseCores(job);
  AwaitTurn(job, NowSeconds() + std::clamp(slack_seconds, 0.0, kMaxSlackSeconds));
}

void Scheduler::SuspendJob(Job& job, const std::function<void()>& wait) {
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

void Scheduler::Turn::Report(double audio_seconds, double compute_seconds) {
  if (audio_seconds < 0.1) return;  // too short to tell a speed
  const double cost = compute_seconds * static_cast<double>(num_threads_) / audio_seconds;
  MutexLock lock(scheduler_->mutex_);
  scheduler_->cost_ += kSpeedSmoothing * (cost - scheduler_->cost_);
}

model::Workspace* Scheduler::TakeWorkspace(size_t num_threads) {
  MutexLock lock(workspaces_mutex_);
  std::vector<model::Workspace*>& free = free_workspaces_[num_threads];
  if (free.empty()) {
    workspaces_.push_back(std::make_unique<model::Workspace>(num_threads));
    return workspaces_.back().get();
  }
  model::Workspace* workspace = free.back();
  free.pop_back();
  return workspace;
}

void Scheduler::GiveWorkspace(model::Workspace* workspace, size_t num_threads) {
  MutexLock lock(workspaces_mutex_);
  free_workspaces_[num_threads].push_back(workspace);
}

double Scheduler::BacklogSeconds() const {
  double core_seconds = 0;
  for (const auto& job : jobs_) {
    // How far a begun job has come is not known here; half of it is the middle guess.
    core_seconds +=
        job->state == Job::State::kQueued ? job->expected_seconds : job->expected_seconds / 2;
  }
  return core_seconds / static_cast<double>(num_cores_);
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
  return static_cast<int>(std::clamp(std::ceil(BacklogSeconds()), 1.0, 3600.0));
}

}  // namespace litetts::server
