#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Annotations that Clang's -Wthread-safety checks; nothing on other compilers.
#if defined(__clang__)
#define LITETTS_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define LITETTS_THREAD_ANNOTATION(x)
#endif
#define LITETTS_CAPABILITY(x) LITETTS_THREAD_ANNOTATION(capability(x))
#define LITETTS_SCOPED_CAPABILITY LITETTS_THREAD_ANNOTATION(scoped_lockable)
#define LITETTS_GUARDED_BY(x) LITETTS_THREAD_ANNOTATION(guarded_by(x))
#define LITETTS_REQUIRES(...) LITETTS_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define LITETTS_ACQUIRE(...) LITETTS_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define LITETTS_RELEASE(...) LITETTS_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define LITETTS_EXCLUDES(...) LITETTS_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define LITETTS_NO_THREAD_SAFETY_ANALYSIS LITETTS_THREAD_ANNOTATION(no_thread_safety_analysis)

namespace litetts {

// std::mutex with annotations.
class LITETTS_CAPABILITY("mutex") Mutex {
 public:
  void Lock() LITETTS_ACQUIRE() { mutex_.lock(); }
  void Unlock() LITETTS_RELEASE() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class LITETTS_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) LITETTS_ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() LITETTS_RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// std::condition_variable for Mutex. As there, wake-ups may be spurious: wait in a loop.
class CondVar {
 public:
  void Wait(Mutex& mutex) LITETTS_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when `deadline` passed.
  bool WaitUntil(Mutex& mutex, std::chrono::steady_clock::time_point deadline)
      LITETTS_REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool in_time = condition_.wait_until(lock, deadline) == std::cv_status::no_timeout;
    lock.release();
    return in_time;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace litetts
