#include "base/thread_pool.h"

#include <chrono>

#include "base/check.h"

namespace litetts {
namespace {

// Layers follow each other within tens of microseconds; past this a worker sleeps and gives its
// core back.
constexpr std::chrono::microseconds kSpinTime{50};

inline void CpuRelax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins until ready() or kSpinTime has passed.
template <typename Ready>
bool SpinUntil(const Ready& ready) {
  const auto deadline = std::chrono::steady_clock::now() + kSpinTime;
  do {
    for (int i = 0; i < 64; ++i) {
      if (ready()) return true;
      CpuRelax();
    }
  } while (std::chrono::steady_clock::now() < deadline);
  return ready();
}

}  // namespace

ThreadPool::ThreadPool(size_t num_threads) {
  LITETTS_CHECK(num_threads >= 1 && num_threads <= kMaxThreads);
  workers_.reserve(num_threads - 1);
  for (size_t thread = 1; thread < num_threads; ++thread) {
    workers_.emplace_back([this, thread] { WorkerLoop(thread); });
  }
}

ThreadPool::~ThreadPool() {
  is_stopping_.store(true, std::memory_order_release);
  {
    MutexLock lock(mutex_);
    wake_.NotifyAll();
  }
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::Run(size_t num_tasks, Trampoline trampoline, const void* function) {
  trampoline_ = trampoline;
  function_ = function;
  num_tasks_ = num_tasks;
  next_task_.store(0, std::memory_order_relaxed);
  gate_.store(kOpen, std::memory_order_release);
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  {
    MutexLock lock(mutex_);
    if (num_sleeping_ > 0) wake_.NotifyAll();
  }
  DrainTasks(0);
  gate_.fetch_and(~kOpen, std::memory_order_relaxed);
  // Workers hold at most one task each now, so the wait is as short as a task: yield after a while,
  // since a worker may have lost its core.
  while (!SpinUntil([this] { return gate_.load(std::memory_order_acquire) == 0; })) {
    std::this_thread::yield();
  }
}

bool ThreadPool::EnterLoop() {
  uint64_t gate = gate_.load(std::memory_order_relaxed);
  while ((gate & kOpen) != 0) {
    if (gate_.compare_exchange_weak(gate, gate + 1, std::memory_order_acquire,
                                    std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

void ThreadPool::DrainTasks(size_t thread) {
  for (;;) {
    const uint64_t task = next_task_.fetch_add(1, std::memory_order_relaxed);
    if (task >= num_tasks_ || IsCancelled()) return;
    trampoline_(function_, static_cast<size_t>(task), thread);
  }
}

void ThreadPool::WorkerLoop(size_t thread) {
  uint32_t seen = 0;
  const auto has_work = [this, &seen] {
    return epoch_.load(std::memory_order_acquire) != seen ||
           is_stopping_.load(std::memory_order_acquire);
  };
  for (;;) {
    if (!SpinUntil(has_work)) {
      MutexLock lock(mutex_);
      ++num_sleeping_;
      while (!has_work()) wake_.Wait(mutex_);
      --num_sleeping_;
    }
    if (is_stopping_.load(std::memory_order_acquire)) return;
    seen = epoch_.load(std::memory_order_acquire);
    if (!EnterLoop()) continue;
    DrainTasks(thread);
    gate_.fetch_sub(1, std::memory_order_release);
  }
}

}  // namespace litetts
