#pragma once

#include "io/wait.h"

namespace freshet::doors::kafka {

// A line in which requests of one connection stand, so that those that may overlap still begin one after another. One loop.
class Line {
 public:
  class Place {
   public:
    explicit Place(Line& line) : line_(line), before_(line.last_) {
      (before_ == nullptr ? line_.first_ : before_->behind_) = this;
      line_.last_ = this;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { Leave(); }

    bool is_first() const { return line_.first_ == this; }
    // Until all that stood before it have left; kDeadlineExceeded: not in that time.
    Task<> Await(MonoTime until) {
      while (!is_first()) {
        io::Signal::Waiter wait(line_.moved_, until);
        bool has_moved = co_await wait;
        if (!has_moved) co_return Fault::DeadlineExceeded("the request's time was over while others of its connection stood before it; nothing of it was stored");
      }
      co_return Status::Ok();
    }
    // Once it was its turn, or when it is given up. Whoever is first then runs in a later step of the loop.
    void Leave() {
      if (std::exchange(has_left_, true)) return;
      (before_ == nullptr ? line_.first_ : before_->behind_) = behind_;
      (behind_ == nullptr ? line_.last_ : behind_->before_) = before_;
      line_.moved_.NotifyAll();
    }

   private:
    Line& line_;
    Place* before_;
    Place* behind_ = nullptr;
    bool has_left_ = false;
  };

 private:
  Place* first_ = nullptr;
  Place* last_ = nullptr;
  io::Signal moved_;
};

}  // namespace freshet::doors::kafka
