#include "server/scheduler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace litetts::server {
namespace {

// A job that holds its core until it is told to go on; it may outlive the gate.
struct Gate {
  struct Doors {
    std::promise<void> entered;
    std::promise<void> open;
  };
  const std::shared_ptr<Doors> doors = std::make_shared<Doors>();
  std::promise<void>& entered = doors->entered;
  std::promise<void>& open = doors->open;

  Scheduler::Work Work() {
    return [doors = doors,
            opened = std::make_shared<std::future<void>>(open.get_future())](Scheduler::Turn&) {
      doors->entered.set_value();
      opened->wait();
    };
  }
};

// Jobs use what a test holds: to be called before that goes.
void AwaitEnd(const Scheduler& scheduler) {
  while (scheduler.load().num_started > 0) std::this_thread::yield();
}

TEST(SchedulerTest, AJobAloneGetsAllCoresAndManyGetEqualShares) {
  Scheduler scheduler({.num_cores = 4, .max_at_work = 2, .max_started = 4});
  Gate gate;
  std::promise<size_t> alone;
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a"},
                          [&](Scheduler::Turn& turn) { alone.set_value(turn.num_threads()); })
                  .ok());
  EXPECT_EQ(alone.get_future().get(), 4u);
  AwaitEnd(scheduler);
  ASSERT_TRUE(scheduler.Submit({.client = "a"}, gate.Work()).ok());
  gate.entered.get_future().wait();
  std::promise<size_t> one;
  std::promise<size_t> two;
  std::promise<void> both;
  const std::shared_future<void> both_run = both.get_future();
  for (std::promise<size_t>* threads : {&one, &two}) {
    ASSERT_TRUE(scheduler
                    .Submit({.client = "a"},
                            [&, threads](Scheduler::Turn& turn) {
                              threads->set_value(turn.num_threads());
                              both_run.wait();
                            })
                    .ok());
  }
  gate.open.set_value();
  EXPECT_EQ(one.get_future().get(), 2u);
  EXPECT_EQ(two.get_future().get(), 2u);
  both.set_value();
  AwaitEnd(scheduler);
}

TEST(SchedulerTest, WhoIsLeftAloneGetsAllCoresForItsNextPiece) {
  Scheduler scheduler({.num_cores = 4, .max_at_work = 2, .max_started = 4});
  Gate gate;
  ASSERT_TRUE(scheduler.Submit({.client = "a"}, gate.Work()).ok());
  gate.entered.get_future().wait();
  std::promise<void> other_may_end;
  std::vector<size_t> threads;
  std::promise<void> done;
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a"},
                          [&](Scheduler::Turn& turn) {
                            threads.push_back(turn.num_threads());
                            other_may_end.set_value();
                            while (scheduler.load().num_started > 1) std::this_thread::yield();
                            EXPECT_EQ(turn.workspace().pool.num_threads(), threads.back());
                            turn.Yield(0.0);
                            threads.push_back(turn.num_threads());
                            EXPECT_EQ(turn.workspace().pool.num_threads(), threads.back());
                            done.set_value();
                          })
                  .ok());
  ASSERT_TRUE(
      scheduler
          .Submit({.client = "a"}, [&](Scheduler::Turn&) { other_may_end.get_future().wait(); })
          .ok());
  gate.open.set_value();
  done.get_future().wait();
  EXPECT_EQ(threads, (std::vector<size_t>{2, 4}));
  AwaitEnd(scheduler);
}

TEST(SchedulerTest, ThereAreNoMoreWorkspacesThanJobsAtWork) {
  Scheduler scheduler({.num_cores = 1, .max_at_work = 1, .max_started = 4});
  std::atomic<int> num_done{0};
  std::set<const void*> memory;  // one job at a time writes
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(scheduler
                    .Submit({.client = std::to_string(i)},
                            [&](Scheduler::Turn& turn) {
                              for (int piece = 0; piece < 3; ++piece) {
                                Arena& arena = turn.workspace().arena;
                                arena.Reset();
                                memory.insert(arena.Allocate<char>(1000).data());
                                turn.Yield(0.0);
                              }
                              ++num_done;
                            })
                    .ok());
  }
  while (num_done < 4) std::this_thread::yield();
  EXPECT_EQ(memory.size(), 1u);
}

// Runs `jobs` (client, audio seconds) on one busy core and tells the order in which they began.
std::string OrderOf(const std::vector<Scheduler::JobOptions>& jobs,
                    const std::string& holder = "holder") {
  std::string order;
  {
    Scheduler scheduler({.num_cores = 1, .max_started = 3});
    Gate gate;
    EXPECT_TRUE(scheduler.Submit({.client = holder}, gate.Work()).ok());
    gate.entered.get_future().wait();
    std::vector<std::promise<void>> done(jobs.size());
    for (size_t i = 0; i < jobs.size(); ++i) {
      EXPECT_TRUE(scheduler
                      .Submit(jobs[i],
                              [&, i](Scheduler::Turn&) {
                                order += static_cast<char>('A' + i);
                                done[i].set_value();
                              })
                      .ok());
    }
    gate.open.set_value();
    for (auto& one : done) one.get_future().wait();
    AwaitEnd(scheduler);
  }
  return order;
}

TEST(SchedulerTest, TheShortComeFirst) {
  EXPECT_EQ(OrderOf({{.client = "a", .audio_seconds = 60},
                     {.client = "a", .audio_seconds = 1},
                     {.client = "a", .audio_seconds = 5}}),
            "BCA");
}

TEST(SchedulerTest, EqualJobsKeepTheirOrder) {
  EXPECT_EQ(OrderOf({{.client = "a"}, {.client = "a"}, {.client = "a"}, {.client = "a"}}), "ABCD");
}

TEST(SchedulerTest, WhoHasUsedLessComesFirst) {
  // The client that held the core until now waits for the other, though it asked first.
  EXPECT_EQ(OrderOf({{.client = "a"}, {.client = "b"}}, "a"), "BA");
}

TEST(SchedulerTest, ALongJobGivesItsTurnToAShortOneBetweenPieces) {
  Scheduler scheduler({.num_cores = 1, .max_started = 3});
  std::string order;
  std::promise<void> begun;
  std::promise<void> submitted;
  std::promise<void> done;
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a", .audio_seconds = 60},
                          [&](Scheduler::Turn& turn) {
                            order += '1';
                            begun.set_value();
                            submitted.get_future().wait();
                            turn.Yield(3.0);
                            order += '2';
                            done.set_value();
                          })
                  .ok());
  begun.get_future().wait();
  ASSERT_TRUE(
      scheduler.Submit({.client = "a", .audio_seconds = 1}, [&](Scheduler::Turn&) { order += 's'; })
          .ok());
  submitted.set_value();
  done.get_future().wait();
  EXPECT_EQ(order, "1s2");
  AwaitEnd(scheduler);
}

TEST(SchedulerTest, WhatALongJobLetsPassGetsAllCoresAndSoDoesTheLongJobAfterIt) {
  Scheduler scheduler({.num_cores = 2, .max_at_work = 1, .max_started = 3});
  std::promise<void> begun;
  std::promise<void> submitted;
  std::promise<size_t> after;
  std::promise<size_t> passed;
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a", .audio_seconds = 60},
                          [&](Scheduler::Turn& turn) {
                            begun.set_value();
                            submitted.get_future().wait();
                            turn.Yield(3.0);
                            after.set_value(turn.num_threads());
                          })
                  .ok());
  begun.get_future().wait();
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a", .audio_seconds = 1},
                          [&](Scheduler::Turn& turn) { passed.set_value(turn.num_threads()); })
                  .ok());
  submitted.set_value();
  EXPECT_EQ(passed.get_future().get(), 2u);
  EXPECT_EQ(after.get_future().get(), 2u);
  AwaitEnd(scheduler);
}

TEST(SchedulerTest, SuspendedJobsHoldNoCoreAndNoPlace) {
  Scheduler scheduler({.num_cores = 1, .max_started = 1, .max_suspended = 2});
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future();
  std::promise<void> suspended[2];
  std::promise<void> ended[2];
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(scheduler
                    .Submit({.client = "slow"},
                            [&, i](Scheduler::Turn& turn) {
                              turn.Suspend([&] {
                                suspended[i].set_value();
                                released.wait();
                              });
                              ended[i].set_value();
                            })
                    .ok());
    suspended[i].get_future().wait();
  }
  std::promise<void> done;
  ASSERT_TRUE(
      scheduler.Submit({.client = "fast"}, [&](Scheduler::Turn&) { done.set_value(); }).ok());
  done.get_future().wait();
  release.set_value();
  for (auto& one : ended) one.get_future().wait();
  AwaitEnd(scheduler);
}

TEST(SchedulerTest, AFullQueueRefusesAndSaysWhen) {
  Scheduler scheduler({.num_cores = 1, .max_started = 2, .max_queued = 1});
  Gate gate;
  ASSERT_TRUE(scheduler.Submit({.client = "a"}, gate.Work()).ok());
  gate.entered.get_future().wait();
  ASSERT_TRUE(scheduler.Submit({.client = "a", .audio_seconds = 20}, [](Scheduler::Turn&) {}).ok());
  EXPECT_TRUE(scheduler.IsSaturated());
  EXPECT_EQ(scheduler.Submit({.client = "b"}, [](Scheduler::Turn&) {}).status().code(),
            StatusCode::kResourceExhausted);
  // 20 s of audio at 0.5 core seconds each, of which the first piece has 12: then its place in the
  // queue is free.
  EXPECT_EQ(scheduler.RetryAfterSeconds(), 6);
  gate.open.set_value();
}

TEST(SchedulerTest, AShortJobIsNotRefusedForALongOneThatItOvertakes) {
  Scheduler scheduler({.num_cores = 1, .max_started = 4, .max_wait_seconds = 20});
  Gate gate;
  ASSERT_TRUE(scheduler.Submit({.client = "a", .audio_seconds = 4000}, gate.Work()).ok());
  gate.entered.get_future().wait();
  const auto submit = [&](double seconds) {
    return scheduler.Submit({.client = "a", .audio_seconds = seconds}, [](Scheduler::Turn&) {});
  };
  EXPECT_TRUE(submit(2).ok());
  EXPECT_TRUE(submit(2).ok());  // 6 s of the long one's piece, and 1 s
  EXPECT_TRUE(submit(4000).ok());
  EXPECT_TRUE(submit(2).ok());
  EXPECT_GT(scheduler.load().backlog_seconds, 3900);
  EXPECT_EQ(scheduler.RetryAfterSeconds(), 15);  // pieces of the two long ones, and the short ones
  for (int i = 0; i < 3; ++i) (void)submit(12);
  EXPECT_EQ(submit(12).status().code(), StatusCode::kResourceExhausted);
  gate.open.set_value();
}

TEST(SchedulerTest, WhatIsDoneOfAJobIsNotWaitedFor) {
  Scheduler scheduler({.num_cores = 1, .max_started = 2});
  std::promise<void> done;
  std::promise<void> go_on;
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a", .audio_seconds = 0.01},  // 5 ms
                          [&](Scheduler::Turn&) {
                            std::this_thread::sleep_for(std::chrono::milliseconds(10));
                            done.set_value();
                            go_on.get_future().wait();
                          })
                  .ok());
  done.get_future().wait();
  EXPECT_EQ(scheduler.load().backlog_seconds, 0);
  go_on.set_value();
}

TEST(SchedulerTest, WhoWaitsForAPlaceWaitsUntilAJobIsDone) {
  Scheduler scheduler({.num_cores = 1, .max_started = 1, .max_wait_seconds = 100});
  Gate gate;
  ASSERT_TRUE(scheduler.Submit({.client = "a", .audio_seconds = 400}, gate.Work()).ok());
  gate.entered.get_future().wait();
  ASSERT_TRUE(scheduler.Submit({.client = "a", .audio_seconds = 1}, [](Scheduler::Turn&) {}).ok());
  const auto refused = scheduler.Submit({.client = "b"}, [](Scheduler::Turn&) {});
  EXPECT_EQ(refused.status().code(), StatusCode::kResourceExhausted);
  EXPECT_NEAR(scheduler.RetryAfterSeconds(), 200, 1);
  gate.open.set_value();
}

TEST(SchedulerTest, OneSuspendedJobMakesRoomForEachThatFindsNone) {
  Scheduler scheduler({.num_cores = 1, .max_started = 1, .max_suspended = 1});
  std::promise<void> suspended[2];
  std::promise<void> look[2];
  std::promise<void> second_has_looked;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(scheduler
                    .Submit({.client = "slow"},
                            [&, i](Scheduler::Turn& turn) {
                              turn.Suspend([&] {
                                suspended[i].set_value();
                                look[i].get_future().wait();
                                EXPECT_EQ(turn.MustMakeRoom(), i == 0);
                                EXPECT_FALSE(turn.MustMakeRoom());  // one is enough
                                if (i == 1) second_has_looked.set_value();
                              });
                            })
                    .ok());
    suspended[i].get_future().wait();
  }
  std::promise<void> done;
  ASSERT_TRUE(
      scheduler.Submit({.client = "fast"}, [&](Scheduler::Turn&) { done.set_value(); }).ok());
  EXPECT_EQ(scheduler.load().num_queued, 1u);  // each thread is held
  look[0].set_value();
  done.get_future().wait();
  look[1].set_value();  // nobody waits any more
  second_has_looked.get_future().wait();
}

TEST(SchedulerTest, OneClientCannotHaveMoreThanItsShare) {
  Scheduler scheduler({.num_cores = 1, .max_started = 2, .max_per_client = 1});
  Gate gate;
  ASSERT_TRUE(scheduler.Submit({.client = "a"}, gate.Work()).ok());
  EXPECT_EQ(scheduler.Submit({.client = "a"}, [](Scheduler::Turn&) {}).status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_TRUE(scheduler.Submit({.client = "b"}, [](Scheduler::Turn&) {}).ok());
  gate.open.set_value();
}

TEST(SchedulerTest, AWithdrawnJobNeverRunsAndFreesItsPlace) {
  std::atomic<bool> has_run{false};
  {
    Scheduler scheduler({.num_cores = 1, .max_started = 2});
    Gate gate;
    ASSERT_TRUE(scheduler.Submit({.client = "a"}, gate.Work()).ok());
    gate.entered.get_future().wait();
    const auto id = scheduler.Submit({.client = "a"}, [&](Scheduler::Turn&) { has_run = true; });
    scheduler.Withdraw(*id);
    EXPECT_EQ(scheduler.load().num_queued, 0u);
    gate.open.set_value();
  }
  EXPECT_FALSE(has_run);
}

TEST(SchedulerTest, StoppedItRefuses) {
  Scheduler scheduler({.num_cores = 1});
  scheduler.Stop();
  EXPECT_EQ(scheduler.Submit({.client = "a"}, [](Scheduler::Turn&) {}).status().code(),
            StatusCode::kUnavailable);
}

TEST(SchedulerTest, TheCostFollowsWhatIsMeasured) {
  Scheduler scheduler({.num_cores = 1});
  const double before = scheduler.load().core_seconds_per_audio_second;
  std::promise<void> done;
  ASSERT_TRUE(scheduler
                  .Submit({.client = "a"},
                          [&](Scheduler::Turn& turn) {
                            std::this_thread::sleep_for(std::chrono::milliseconds(2));
                            for (int i = 0; i < 50; ++i) turn.Report(10);
                            done.set_value();
                          })
                  .ok());
  done.get_future().wait();
  EXPECT_NEAR(before, 0.5, 1e-12);
  const double after = scheduler.load().core_seconds_per_audio_second;
  EXPECT_GT(after, 0.0002);
  EXPECT_LT(after, 0.1);
  AwaitEnd(scheduler);
}

TEST(SchedulerTest, TellsHowManyGoBefore) {
  Scheduler scheduler({.num_cores = 1, .max_started = 3});
  Gate gate;
  ASSERT_TRUE(scheduler.Submit({.client = "a", .name = "first"}, gate.Work()).ok());
  gate.entered.get_future().wait();
  const auto submit = [&](double seconds, const std::string& name) {
    ASSERT_TRUE(scheduler
                    .Submit({.client = "a", .audio_seconds = seconds, .name = name},
                            [](Scheduler::Turn&) {})
                    .ok());
  };
  submit(10, "long");
  submit(1, "short");
  submit(2, "middle");
  submit(0, "question");
  EXPECT_EQ(scheduler.NumBefore("first"), 0u);
  EXPECT_EQ(scheduler.NumBefore("short"), 0u);
  EXPECT_EQ(scheduler.NumBefore("middle"), 1u);
  EXPECT_EQ(scheduler.NumBefore("long"), 2u);
  EXPECT_EQ(scheduler.NumBefore("question"), 0u);  // and counts for nobody
  EXPECT_EQ(scheduler.NumBefore("unknown"), std::nullopt);
  gate.open.set_value();
}

}  // namespace
}  // namespace litetts::server
