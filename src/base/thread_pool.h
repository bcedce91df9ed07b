#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/mutex.h"

namespace litetts {

// More than any machine this runs on has cores; keeps a slip of the hand from starving the system.
inline constexpr size_t kMaxThreads = 256;

// Persistent threads that share the tasks of one loop at a time. The calling thread works too, so a
// pool of one thread has no thread of its own. Workers spin briefly between loops, since a network
// layer follows the last within microseconds, then sleep. Tasks are numbered by the problem alone,
// never by the thread count, so results do not depend on it. Thread-compatible: one loop at a time,
// never nested.
class ThreadPool {
 public:
  // `num_threads` includes the caller. REQUIRES: 1 <= num_threads <= kMaxThreads.
  explicit ThreadPool(size_t num_threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  size_t num_threads() const { return workers_.size() + 1; }

  // Loops skip their remaining tasks once `*cancel` is true; null: they never do. What skipped
  // tasks would have written is unspecified then, so the caller looks at the flag before it uses
  // results.
  void SetCancel(const std::atomic<bool>* cancel) { cancel_ = cancel; }
  bool IsCancelled() const {
    return cancel_ != nullptr && cancel_->load(std::memory_order_relaxed);
  }

  // Calls function(task, thread) once for every task in [0, num_tasks), thread in [0,
  // num_threads()), in any order and in parallel; returns when all are done. `function` must not
  // throw. Allocates nothing.
  template <typename Function>
  void ParallelFor(size_t num_tasks, const Function& function) {
    if (num_tasks == 0) return;
    if (workers_.empty() || num_tasks == 1) {
      for (size_t task = 0; task < num_tasks && !IsCancelled(); ++task) function(task, size_t{0});
      return;
    }
    Run(num_tasks, &Invoke<Function>, &function);
  }

 private:
  using Trampoline = void (*)(const void* function, size_t task, size_t thread);

  template <typename Function>
  static void Invoke(const void* function, size_t task, size_t thread) {
    (*static_cast<const Function*>(function))(task, thread);
  }

  void Run(size_t num_tasks, Trampoline trampoline, const void* function);
  void WorkerLoop(size_t thread);
  void DrainTasks(size_t thread);
  bool EnterLoop();

  std::vector<std::thread> workers_;
  const std::atomic<bool>* cancel_ = nullptr;  // written by the caller between loops

  // The current loop. Written by the caller while no worker is in it, read by workers that are.
  Trampoline trampoline_ = nullptr;
  const void* function_ = nullptr;
  std::atomic<uint64_t> next_task_{0};
  size_t num_tasks_ = 0;
  std::atomic<uint32_t> epoch_{0};  // one more for each loop
  // kOpen while a loop has tasks to give, plus the workers that are in it. A worker that comes
  // late, since it slept or another process has its core, finds the loop shut and is not waited
  // for.
  static constexpr uint64_t kOpen = uint64_t{1} << 32;
  std::atomic<uint64_t> gate_{0};

  Mutex mutex_;
  CondVar wake_;
  size_t num_sleeping_ LITETTS_GUARDED_BY(mutex_) = 0;
  std::atomic<bool> is_stopping_{false};
};

}  // namespace litetts
