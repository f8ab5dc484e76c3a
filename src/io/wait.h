#pragma once

#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "io/ctx.h"
#include "io/env.h"
#include "io/task.h"

// The ways a Task waits. Every awaiter here completes exactly once and resumes on the loop of the coroutine that
// awaits it. Name awaiters and functions in locals before co_await (g++ 12).

namespace freshet::io {

// co_await SleepUntil(loop-time): resumes at or after `due`.
class SleepUntil final : public Timer {
 public:
  explicit SleepUntil(MonoTime due) : due_(due) {}

  bool await_ready() const { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) {
    waiter_ = &waiter.promise();
    waiter_->loop->At(due_, *this);
  }
  Status await_resume() { return {}; }
  void Run() override { waiter_->Run(); }

 private:
  MonoTime due_;
  internal::PromiseBase* waiter_ = nullptr;
};

// co_await Yield(): to the end of the own lane, so that others get their turn.
class Yield {
 public:
  bool await_ready() const { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) { waiter.promise().Resume(); }
  Status await_resume() { return {}; }
};

// auto& loop = co_await ThisLoop(): the loop that the awaiting task is bound to.
class ThisLoop {
 public:
  bool await_ready() const { return false; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> waiter) {
    loop_ = waiter.promise().loop;
    return false;
  }
  Loop& await_resume() { return *loop_; }

 private:
  Loop* loop_ = nullptr;
};

// Runs a function on a worker thread and comes home with what it returned (a Result<T> or a Status).
//   auto read = [&] { return ReadFooter(*file); };
//   Offload offload(env.workers(), Pool::kGeneral, read);
//   auto footer = co_await offload;
template <typename Function>
class Offload final : public Job {
 public:
  using Outcome = std::invoke_result_t<Function&>;

  Offload(Workers& workers, Pool pool, Function& function) : workers_(workers), pool_(pool), function_(function) {}

  bool await_ready() const { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) {
    waiter_ = &waiter.promise();
    workers_.Submit(pool_, *this);
  }
  Outcome await_resume() { return std::move(*outcome_); }

  void Run() override {
    outcome_.emplace(function_());
    waiter_->Resume();
  }

 private:
  Workers& workers_;
  Pool pool_;
  Function& function_;
  internal::PromiseBase* waiter_ = nullptr;
  std::optional<Outcome> outcome_;
};

// Runs a task on another loop and comes home with its outcome. The task's arguments must be safe to read there.
//   RunOn hop(home_loop, AppendAtHome(ctx, ...));
//   auto appended = co_await hop;
template <typename T>
class RunOn {
 public:
  using Outcome = typename Task<T>::Outcome;

  RunOn(Loop& loop, Task<T> task) : loop_(loop), task_(std::move(task)), begin_(*this), end_(*this), notify_(*this) {}
  RunOn(const RunOn&) = delete;
  RunOn& operator=(const RunOn&) = delete;

  bool await_ready() const { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) {
    waiter_ = &waiter.promise();
    loop_.Post(waiter_->lane, begin_);
  }
  Outcome await_resume() { return task_.TakeOutcome(); }

 private:
  struct Begin final : Job {
    explicit Begin(RunOn& run_on) : hop(run_on) {}
    void Run() override { hop.task_.Start(hop.loop_, hop.waiter_->lane, hop.end_); }
    RunOn& hop;
  };
  // Runs inside the task's last step. The waiter may destroy the task only after that step has returned, so it is told by a
  // job of its own.
  struct End final : Job {
    explicit End(RunOn& run_on) : hop(run_on) {}
    void Run() override { hop.loop_.Post(hop.waiter_->lane, hop.notify_); }
    RunOn& hop;
  };
  struct Notify final : Job {
    explicit Notify(RunOn& run_on) : hop(run_on) {}
    void Run() override { hop.waiter_->Resume(); }
    RunOn& hop;
  };

  Loop& loop_;
  Task<T> task_;
  internal::PromiseBase* waiter_ = nullptr;
  Begin begin_;
  End end_;
  Notify notify_;
};

// Runs tasks on their loops at the same time; comes home when all have ended, with the first Fault in the order of Add.
//   RunOnAll hops;
//   hops.Add(home_loop, AppendAtHome(...));
//   Status appended = co_await hops;
class RunOnAll {
 public:
  RunOnAll() = default;
  RunOnAll(const RunOnAll&) = delete;
  RunOnAll& operator=(const RunOnAll&) = delete;

  void Add(Loop& loop, Task<> task) { hops_.push_back(std::make_unique<Hop>(*this, loop, std::move(task))); }

  bool await_ready() const { return hops_.empty(); }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) {
    waiter_ = &waiter.promise();
    left_.store(hops_.size());
    Lane lane = waiter_->lane;  // the last hop may resume the waiter, and end this, while the loop below runs
    std::vector<Hop*> begun;
    for (auto& hop : hops_) begun.push_back(hop.get());
    for (Hop* hop : begun) hop->loop.Post(lane, hop->begin);
  }
  Status await_resume() {
    Status first;
    for (auto& hop : hops_) {
      Status outcome = hop->task.TakeOutcome();
      if (first.ok()) first = std::move(outcome);
    }
    return first;
  }

 private:
  struct Hop {
    Hop(RunOnAll& owner, Loop& its_loop, Task<> its_task) : all(owner), loop(its_loop), task(std::move(its_task)), begin(*this), end(*this), notify(*this) {}
    struct Begin final : Job {
      explicit Begin(Hop& owner) : hop(owner) {}
      void Run() override { hop.task.Start(hop.loop, hop.all.waiter_->lane, hop.end); }
      Hop& hop;
    };
    struct End final : Job {  // as in RunOn
      explicit End(Hop& owner) : hop(owner) {}
      void Run() override { hop.loop.Post(hop.all.waiter_->lane, hop.notify); }
      Hop& hop;
    };
    struct Notify final : Job {
      explicit Notify(Hop& owner) : hop(owner) {}
      void Run() override {
        RunOnAll& all = hop.all;
        if (all.left_.fetch_sub(1) == 1) all.waiter_->Resume();
      }
      Hop& hop;
    };
    RunOnAll& all;
    Loop& loop;
    Task<> task;
    Begin begin;
    End end;
    Notify notify;
  };

  std::vector<std::unique_ptr<Hop>> hops_;
  internal::PromiseBase* waiter_ = nullptr;
  std::atomic<size_t> left_{0};
};

// A Signal wakes the tasks of one loop that wait for something to change. Single loop: Notify and Wait happen on
// it. Waiters get true when notified, false when their deadline passed; they look at the state again themselves.
//   while (!Ready()) { Signal::Waiter wait(signal, deadline); if (!co_await wait) break; }
class Signal {
 public:
  class Waiter final : public Timer {
   public:
    Waiter(Signal& signal, MonoTime deadline) : signal_(signal), deadline_(deadline) {}
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    bool await_ready() const { return false; }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> waiter) {
      waiter_ = &waiter.promise();
      signal_.Link(*this);
      if (deadline_ != MonoTime::Never()) waiter_->loop->At(deadline_, *this);
    }
    bool await_resume() const { return notified_; }

    void Run() override {  // the deadline
      signal_.Unlink(*this);
      waiter_->Run();
    }

   private:
    friend class Signal;
    Signal& signal_;
    MonoTime deadline_;
    internal::PromiseBase* waiter_ = nullptr;
    Waiter* previous_ = nullptr;
    Waiter* following_ = nullptr;
    bool notified_ = false;
  };

  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  ~Signal() { CHECK(first_ == nullptr); }

  void NotifyAll();
  bool has_waiters() const { return first_ != nullptr; }

 private:
  void Link(Waiter& waiter);
  void Unlink(Waiter& waiter);

  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

}  // namespace freshet::io
