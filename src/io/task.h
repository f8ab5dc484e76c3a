#pragma once

#include <coroutine>
#include <memory>
#include <utility>

#include "base/status.h"
#include "io/loop.h"

// Task<T> is a coroutine that ends in a Result<T> (Task<> ends in a Status): lazy, one owner, bound to the loop
// it started on. A child is resumed inside the parent's await; when it finishes at once the parent goes straight
// on, else the child's end puts the parent on its loop's ready queue. There is no symmetric transfer, because
// g++ makes it a tail call only when optimising (docs/house_style.md has the g++ 12 rules for coroutines).
//
//   Task<Offset> AppendOne(Ctx ctx, EventLog& log, std::string batch) {
//     CO_ASSIGN_OR_RETURN(auto appended, log.Append(ctx, ...));
//     co_return appended.base_offset;
//   }

namespace freshet::io {

template <typename T = void>
class Task;

namespace internal {

template <typename T>
struct OutcomeOf { using Type = Result<T>; };
template <>
struct OutcomeOf<void> { using Type = Status; };

// What every promise knows: where it runs and who waits for it.
class PromiseBase : public Job {
 public:
  Loop* loop = nullptr;
  Lane lane = Lane::kNormal;
  std::coroutine_handle<> self;
  PromiseBase* parent = nullptr;  // resumed at the end, when set
  Job* on_end = nullptr;          // run at the end instead of a parent (TaskGroup, Spawn)

  // Continues the coroutine on its loop's ready queue. On the loop; ResumeFrom in any thread.
  void Resume() { loop->Post(lane, *this); }
  void Run() final { self.resume(); }

  void BindLike(const PromiseBase& other) {
    loop = other.loop;
    lane = other.lane;
  }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> ended) noexcept {
      PromiseBase& promise = ended.promise();
      if (promise.on_end != nullptr) promise.on_end->Run();  // may destroy the frame: touch nothing after
      else if (promise.parent != nullptr) promise.parent->Resume();
    }
    void await_resume() noexcept {}
  };

 protected:
  ~PromiseBase() = default;
};

template <typename T>
class Promise final : public PromiseBase {
 public:
  using Outcome = typename OutcomeOf<T>::Type;

  Task<T> get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  void return_value(Outcome outcome) {
    std::construct_at(&outcome_, std::move(outcome));
    ended_ = true;
  }
  void unhandled_exception() { CHECK(false && "an exception reached a Task"); }

  Outcome TakeOutcome() { CHECK(ended_); return std::move(outcome_); }

  Promise() {}  // NOLINT: its outcome comes at the end
  ~Promise() { if (ended_) outcome_.~Outcome(); }

 private:
  bool ended_ = false;
  union {
    Outcome outcome_;
  };
};

}  // namespace internal

template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::Promise<T>;
  using Outcome = typename promise_type::Outcome;

  Task() = default;
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() { if (handle_) handle_.destroy(); }

  // Awaited once, by a coroutine on the loop where both stay.
  bool await_ready() const { return false; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> parent) {
    promise_type& child = handle_.promise();
    child.BindLike(parent.promise());
    handle_.resume();
    if (handle_.done()) return false;
    child.parent = &parent.promise();
    return true;
  }
  Outcome await_resume() { return handle_.promise().TakeOutcome(); }

  // For those who start roots (TaskGroup, RunOn): binds to a loop and runs up to the first wait. When the task
  // has ended, `on_end` runs on that loop (also when it ends at once).
  void Start(Loop& loop, Lane lane, Job& on_end) {
    promise_type& promise = handle_.promise();
    promise.loop = &loop;
    promise.lane = lane;
    promise.on_end = &on_end;
    handle_.resume();
  }
  Outcome TakeOutcome() { return handle_.promise().TakeOutcome(); }
  bool valid() const { return handle_ != nullptr; }

 private:
  std::coroutine_handle<promise_type> handle_;
};

template <typename T>
Task<T> internal::Promise<T>::get_return_object() {
  auto handle = std::coroutine_handle<Promise>::from_promise(*this);
  self = handle;
  return Task<T>(handle);
}

}  // namespace freshet::io

namespace freshet {
using io::Task;
}

// Awaits a Task or awaiter named in a local first (g++ 12 miscounts temporaries inside co_await expressions),
// then leaves the coroutine with the Fault or goes on. Plain statements: never inside ?:, && or ||.
#define CO_RETURN_NOT_OK(expr) FRESHET_CO_RETURN_NOT_OK_(FRESHET_CONCAT(task_, __LINE__), FRESHET_CONCAT(outcome_, __LINE__), expr)
#define FRESHET_CO_RETURN_NOT_OK_(task, outcome, expr) \
  auto task = (expr);                                  \
  auto outcome = co_await task;                        \
  if (!outcome.ok()) [[unlikely]] co_return outcome.fault()

#define CO_ASSIGN_OR_RETURN(lhs, expr) \
  FRESHET_CO_ASSIGN_OR_RETURN_(FRESHET_CONCAT(task_, __LINE__), FRESHET_CONCAT(outcome_, __LINE__), lhs, expr)
#define FRESHET_CO_ASSIGN_OR_RETURN_(task, outcome, lhs, expr) \
  auto task = (expr);                                          \
  auto outcome = co_await task;                                \
  if (!outcome.ok()) [[unlikely]] co_return outcome.fault();   \
  lhs = std::move(outcome).value()
