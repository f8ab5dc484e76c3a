#pragma once

#include <memory>
#include <optional>

#include "doors/kafka/requests.h"
#include "io/task_group.h"
#include "io/wait.h"

namespace freshet::doors::kafka {

// Until when a request is answered that says how long its client waits: so long after it came, and a second at least.
inline MonoTime UntilOf(const Call& call, int32_t timeout_ms) { return call.arrived + Milliseconds(std::max(timeout_ms, 1000)); }

// How long a step of a group or a transaction that has to be stored waits for the disk, where the request says nothing of it (offsets.commit.timeout.ms of Kafka).
constexpr Duration kStoringPatience = Seconds(5);

namespace internal {

template <typename T>
struct Outlasting {
  std::optional<typename Task<T>::Outcome> outcome;
  io::Signal ended;
};

template <typename T>
Task<> Settle(Task<T> work, io::Reservation, std::shared_ptr<Outlasting<T>> shared) {
  auto outcome = co_await work;
  shared->outcome.emplace(std::move(outcome));
  shared->ended.NotifyAll();
  co_return Status::Ok();
}

}  // namespace internal

// What comes of the work, or kDeadlineExceeded at `until`: then it goes on in the connection's group, which waits for it at its end, with the memory that it holds, and
// nobody hears what came of it. Its arguments must be its own.
template <typename T>
Task<T> InTime(io::TaskGroup& group, MonoTime until, io::Reservation held, Task<T> work) {
  auto shared = std::make_shared<internal::Outlasting<T>>();
  group.Spawn(io::Lane::kUrgent, internal::Settle(std::move(work), std::move(held), shared));
  while (!shared->outcome.has_value()) {
    io::Signal::Waiter wait(shared->ended, until);
    bool has_ended = co_await wait;
    if (!has_ended) co_return Fault::DeadlineExceeded("it was not durable when the request's time was over; what has begun goes on: look, or ask again");
  }
  co_return std::move(*shared->outcome);
}

// The same of a change that one request asks for; where the time is over already it does not begin. kExhausted: too many others go on.
template <typename T>
Task<T> InTime(Room& room, const Call& call, MonoTime until, Task<T> change) {
  constexpr int64_t kTaskBytes = 4 << 10;
  if (room.env.clock().Now() >= until) co_return Fault::DeadlineExceeded("the request's time was over before this was begun; ask again");
  auto held = io::Reservation::Take(room.outlasting, static_cast<int64_t>(call.frame.size()) + kTaskBytes);
  if (!held.ok()) co_return held.status();
  auto run = InTime(call.work, until, std::move(*held), std::move(change));
  co_return co_await run;
}

}  // namespace freshet::doors::kafka
