#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

namespace litetts {
namespace {

class ThreadPoolTest : public testing::TestWithParam<size_t> {};

TEST_P(ThreadPoolTest, RunsEveryTaskOnce) {
  ThreadPool pool(GetParam());
  for (size_t num_tasks : {0, 1, 2, 3, 7, 100, 1000}) {
    std::vector<std::atomic<int>> hits(num_tasks);
    pool.ParallelFor(num_tasks, [&](size_t task, size_t thread) {
      ASSERT_LT(thread, pool.num_threads());
      hits[task].fetch_add(1);
    });
    for (auto& hit : hits) EXPECT_EQ(hit.load(), 1);
  }
}

TEST_P(ThreadPoolTest, ManyShortLoopsAndSleepsBetween) {
  ThreadPool pool(GetParam());
  std::atomic<size_t> sum{0};
  for (int i = 0; i < 2000; ++i) {
    pool.ParallelFor(5, [&](size_t task, size_t) { sum.fetch_add(task); });
    if (i % 500 == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // workers go to sleep
  }
  EXPECT_EQ(sum.load(), size_t{2000} * 10);
}

TEST_P(ThreadPoolTest, SkipsTasksOnceCancelled) {
  ThreadPool pool(GetParam());
  std::atomic<bool> cancel{false};
  std::atomic<size_t> num_run{0};
  pool.SetCancel(&cancel);
  const auto work = [&](size_t, size_t) {
    if (num_run.fetch_add(1) == 3) cancel.store(true);
  };
  pool.ParallelFor(1000, work);
  EXPECT_GE(num_run.load(), 4u);
  EXPECT_LT(num_run.load(), 4 + 2 * GetParam());  // those that were under way
  pool.SetCancel(nullptr);
  num_run.store(10);
  pool.ParallelFor(1000, work);
  EXPECT_EQ(num_run.load(), 1010u);
}

// Without a task per worker, some wake up when the next loop already runs.
TEST_P(ThreadPoolTest, LateWorkersJoinTheLoopThatRuns) {
  ThreadPool pool(GetParam());
  for (int i = 0; i < 20000; ++i) {
    const size_t num_tasks = static_cast<size_t>(i % 4) + 2;
    std::vector<int> hits(num_tasks, 0);  // of this loop alone; a straggler would write after it
    pool.ParallelFor(num_tasks, [&](size_t task, size_t) { ++hits[task]; });
    for (int hit : hits) ASSERT_EQ(hit, 1);
    if (i % 1000 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace litetts
