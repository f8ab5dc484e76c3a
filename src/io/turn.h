#pragma once

#include "io/task.h"

namespace freshet::io {

class Turn;

// Gives turns, one at a time, in the order in which they were asked for: nobody passes those who wait. Of one loop, on which its turns
// are asked for, waited for and ended. Outlives them.
class Turns {
 public:
  Turns() = default;
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;
  ~Turns() { CHECK(first_ == nullptr); }

  // Nobody has a turn or waits for one.
  bool are_free() const { return first_ == nullptr; }

 private:
  friend class Turn;
  Turn* first_ = nullptr;  // whose turn it is
  Turn* last_ = nullptr;
};

// Asked for when it is made, over when it goes. It may also go before it has come: whoever stands behind moves up.
//   Turn turn(turns);
//   co_await turn;
class Turn {
 public:
  explicit Turn(Turns& turns) : turns_(turns), previous_(turns.last_) {
    (previous_ != nullptr ? previous_->following_ : turns_.first_) = this;
    turns_.last_ = this;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    bool moves_up = has_come() && following_ != nullptr;
    (previous_ != nullptr ? previous_->following_ : turns_.first_) = following_;
    (following_ != nullptr ? following_->previous_ : turns_.last_) = previous_;
    if (moves_up && following_->waiter_ != nullptr) following_->waiter_->Resume();
  }

  bool has_come() const { return turns_.first_ == this; }
  // Nobody stands behind it.
  bool is_last() const { return following_ == nullptr; }

  // Awaited once.
  bool await_ready() const { return has_come(); }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) { waiter_ = &waiter.promise(); }
  void await_resume() const {}

 private:
  Turns& turns_;
  Turn* previous_;
  Turn* following_ = nullptr;
  internal::PromiseBase* waiter_ = nullptr;
};

}  // namespace freshet::io
