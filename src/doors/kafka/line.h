#pragma once

#include "io/wait.h"

namespace freshet::doors::kafka {

// A line in which requests of one connection stand, so that those that may overlap still begin one after another. One loop.
class Line {
 public:
  class Place {
   public:
    explicit Place(Line& line) : line_(line), number_(line.drawn_++) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { Leave(); }

    bool is_first() const { return line_.left_ == number_; }
    // Until all that stood before it have left.
    Task<> Await() {
      while (!is_first()) {
        io::Signal::Waiter wait(line_.moved_, MonoTime::Never());
        co_await wait;
      }
      co_return Status::Ok();
    }
    // Once it was its turn. Whoever is next runs in a later step of the loop.
    void Leave() {
      if (std::exchange(has_left_, true)) return;
      ++line_.left_;
      line_.moved_.NotifyAll();
    }

   private:
    Line& line_;
    const int64_t number_;
    bool has_left_ = false;
  };

 private:
  int64_t drawn_ = 0, left_ = 0;
  io::Signal moved_;
};

}  // namespace freshet::doors::kafka
