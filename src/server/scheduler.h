#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/arena.h"
#include "base/mutex.h"
#include "base/status.h"
#include "model/kokoro.h"

namespace litetts::server {

struct Job;

// Shares the cores and the scratch memory between jobs. A job works in turns, one piece of audio
// each. One job alone gets all cores; several are at work at once, up to `max_at_work`, with equal
// shares. Scratch memory belongs to the turn, so there is never more of it than turns at once.
// Clients take turns by the time they have used; within a client the short and the long-waiting
// come first: a job's key is its arrival plus its expected length (at most kMaxLengthBonus), so
// that nothing is overtaken for ever, and a short job never waits for more than a piece of a long
// one. Thread-safe.
class Scheduler {
 public:
  struct Options {
    size_t num_cores = 1;
    size_t max_at_work = 1;  // turns at once, from 1 to `num_cores`
    // Jobs that have begun and are at work or wait for their next turn. Each has a thread.
    size_t max_started = 8;
    size_t max_suspended = 24;  // jobs that have begun and wait for a slow reader, on top of these
    size_t max_queued = 64;     // jobs that have not begun
    size_t max_per_client = 0;  // queued and started jobs of one client; 0: no limit
    double max_wait_seconds = 60;  // a job expected to wait longer is refused at once
  };

  struct JobOptions {
    std::string client;
    double audio_seconds = 0;  // expected; 0: speaks nothing
    std::string name = {};     // for NumBefore()
  };

  // What a job works with while it runs, on its own thread.
  class Turn {
   public:
    // Scratch for num_threads(), valid until the next Yield() or Suspend(). Made or taken at the
    // first call of a turn; what needs none costs none.
    model::Workspace& workspace();
    size_t num_threads() const;
    double queue_seconds() const { return queue_seconds_; }
    // Lets others go first where it is their turn, and returns when it is this job's again.
    // `slack_seconds`: how long the client still has something to play.
    void Yield(double slack_seconds);
    // Gives the cores away while `wait` runs, which waits for something that needs none, and
    // returns when it is this job's turn again.
    void Suspend(const std::function<void()>& wait);
    // While suspended: whether the job is to end because jobs wait to begin and every thread is
    // held. True for one job for each thread that is missing; then Suspend() returns without a
    // turn.
    bool MustMakeRoom();
    // The audio that was made with all turns so far, for the estimates.
    void Report(double audio_seconds);

   private:
    friend class Scheduler;
    Scheduler* scheduler_ = nullptr;
    Job* job_ = nullptr;
    model::Workspace* workspace_ = nullptr;
    size_t workspace_threads_ = 0;
    double queue_seconds_ = 0;
  };
  using Work = std::function<void(Turn&)>;

  struct Load {
    size_t num_queued = 0;
    size_t num_started = 0;
    size_t num_suspended = 0;  // of the started: their clients read too slowly
    size_t num_busy_cores = 0;
    // Until all that is accepted is done, by measured speed, without what waits for slow readers.
    double backlog_seconds = 0;
    double core_seconds_per_audio_second = 0;
  };

  explicit Scheduler(const Options& options);
  // Waits for the started jobs; queued ones are dropped unrun.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // kResourceExhausted when the queue is full or the wait would be too long, kFailedPrecondition
  // when the client has too many, kUnavailable while stopping.
  Result<uint64_t> Submit(const JobOptions& job, Work work) LITETTS_EXCLUDES(mutex_);
  // Forgets a queued job and gives a waiting one its turn, so that it sees its cancel flag.
  void Withdraw(uint64_t id) LITETTS_EXCLUDES(mutex_);
  void Stop() LITETTS_EXCLUDES(mutex_);  // no new jobs
  // The limits on new jobs; `options`' cores and threads stay as they were.
  void SetLimits(const Options& options) LITETTS_EXCLUDES(mutex_);

  // Gives scratch memory back to the system that no job uses now.
  void FreeScratch() LITETTS_EXCLUDES(mutex_);

  Load load() const LITETTS_EXCLUDES(mutex_);
  // How many of the waiting jobs that speak would begin before the one of that name, as things
  // stand; 0 once it has begun. Those that only ask about a text, of no audio_seconds, take no time
  // to tell of. None: no job has that name.
  std::optional<size_t> NumBefore(std::string_view name) const LITETTS_EXCLUDES(mutex_);
  bool IsSaturated() const LITETTS_EXCLUDES(mutex_);
  // Whole seconds until all that waits now has begun, by measured speed; at least 1.
  int RetryAfterSeconds() const LITETTS_EXCLUDES(mutex_);

 private:
  struct Client {
    double used_seconds =
        0;  // core seconds, from where the least active client stood when this one came
    size_t num_jobs = 0;
  };

  void WorkerLoop() LITETTS_EXCLUDES(mutex_);
  void RunJob(Job& job) LITETTS_EXCLUDES(mutex_);
  void YieldTurn(Turn& turn, double slack_seconds) LITETTS_EXCLUDES(mutex_);
  void SuspendJob(Turn& turn, const std::function<void()>& wait) LITETTS_EXCLUDES(mutex_);
  void AwaitTurn(Job& job, double key) LITETTS_REQUIRES(mutex_);
  void Dispatch() LITETTS_REQUIRES(mutex_);
  Job* PickNext() LITETTS_REQUIRES(mutex_);
  bool GoesBefore(const Job& a, const Job& b) const LITETTS_REQUIRES(mutex_);
  void Grant(Job& job, size_t num_cores) LITETTS_REQUIRES(mutex_);
  void ReleaseCores(Job& job) LITETTS_REQUIRES(mutex_);
  void Charge(const std::string& client, double core_seconds) LITETTS_REQUIRES(mutex_);
  void Forget(const Job& job) LITETTS_REQUIRES(mutex_);
  size_t ShareOf(size_t num_jobs) const LITETTS_REQUIRES(mutex_);
  void TakeWorkspace(Turn& turn) LITETTS_EXCLUDES(mutex_);
  void GiveWorkspace(Turn& turn) LITETTS_EXCLUDES(mutex_);
  double RemainingSeconds(const Job& job) const LITETTS_REQUIRES(mutex_);
  double BacklogSeconds() const LITETTS_REQUIRES(mutex_);
  double WaitSeconds(const Job* job) const LITETTS_REQUIRES(mutex_);

  const size_t num_cores_;
  const size_t max_at_work_;
  const size_t max_started_;
  const size_t num_workers_;
  mutable Mutex mutex_;
  Options options_ LITETTS_GUARDED_BY(mutex_);
  CondVar wake_;
  std::list<std::unique_ptr<Job>> jobs_ LITETTS_GUARDED_BY(mutex_);
  std::deque<Job*> granted_ LITETTS_GUARDED_BY(mutex_);  // begin now, each on an idle worker
  std::map<std::string, Client> clients_ LITETTS_GUARDED_BY(mutex_);
  size_t num_queued_ LITETTS_GUARDED_BY(mutex_) = 0;
  size_t num_started_ LITETTS_GUARDED_BY(mutex_) = 0;
  size_t num_suspended_ LITETTS_GUARDED_BY(mutex_) = 0;  // of the started ones
  size_t num_leaving_ LITETTS_GUARDED_BY(mutex_) = 0;    // of these: told to make room
  size_t num_waiting_turn_ LITETTS_GUARDED_BY(mutex_) = 0;
  size_t num_at_work_ LITETTS_GUARDED_BY(mutex_) = 0;
  size_t free_cores_ LITETTS_GUARDED_BY(mutex_);
  uint64_t next_id_ LITETTS_GUARDED_BY(mutex_) = 1;
  bool is_stopping_ LITETTS_GUARDED_BY(mutex_) = false;
  bool is_destroyed_ LITETTS_GUARDED_BY(mutex_) = false;
  // Core seconds for one second of audio; until the first report the target of a modest machine.
  double cost_ LITETTS_GUARDED_BY(mutex_) = 0.5;

  Mutex workspaces_mutex_;
  std::vector<std::unique_ptr<model::Workspace>> workspaces_ LITETTS_GUARDED_BY(workspaces_mutex_);
  // By their number of threads; without memory, which goes to whoever works next.
  std::map<size_t, std::vector<model::Workspace*>> free_workspaces_
      LITETTS_GUARDED_BY(workspaces_mutex_);
  std::vector<Arena> free_arenas_ LITETTS_GUARDED_BY(workspaces_mutex_);

  std::vector<std::thread> workers_;
};

}  // namespace litetts::server
