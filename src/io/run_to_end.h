#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "io/env.h"
#include "io/task.h"

namespace freshet::io {

namespace internal {

// Starts a root task on a loop and lets one thread outside the loops wait for its end.
template <typename T>
class RootRun {
 public:
  RootRun(Loop& loop, Lane lane, Task<T> task)
      : loop_(loop), lane_(lane), task_(std::move(task)), begin_(*this), end_(*this), notify_(*this) {}

  typename Task<T>::Outcome Wait() {
    loop_.Post(lane_, begin_);
    ended_->wait(0);
    return task_.TakeOutcome();
  }

 private:
  struct Begin final : Job {
    explicit Begin(RootRun& owner) : run(owner) {}
    void Run() override { run.task_.Start(run.loop_, run.lane_, run.end_); }
    RootRun& run;
  };
  // Runs inside the task's last step; the waiter may destroy the task only when that step has returned, so the
  // loop tells it in a job of its own.
  struct End final : Job {
    explicit End(RootRun& owner) : run(owner) {}
    void Run() override { run.loop_.Post(run.lane_, run.notify_); }
    RootRun& run;
  };
  struct Notify final : Job {
    explicit Notify(RootRun& owner) : run(owner) {}
    void Run() override {
      auto ended = run.ended_;  // outlives the waiter's stack
      ended->store(1);
      ended->notify_one();
    }
    RootRun& run;
  };

  Loop& loop_;
  const Lane lane_;
  Task<T> task_;
  std::shared_ptr<std::atomic<int>> ended_ = std::make_shared<std::atomic<int>>(0);
  Begin begin_;
  End end_;
  Notify notify_;
};

}  // namespace internal

// Runs a root task on loop 0 of a RealEnv to its end; for main and tests, never on a loop. (In a simulation:
// SimEnv::Run.)
template <typename T>
typename Task<T>::Outcome RunToEnd(Env& env, Task<T> task) {
  CHECK(!env.loop(0).OnLoop());
  internal::RootRun<T> run(env.loop(0), Lane::kNormal, std::move(task));
  return run.Wait();
}

}  // namespace freshet::io
