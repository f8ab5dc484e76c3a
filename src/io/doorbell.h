#pragma once

#include <atomic>
#include <memory>

#include "io/wait.h"

namespace freshet::io {

// A Doorbell wakes a task of one loop from any thread: a library's, that knows no loop. Made, awaited and destroyed on its
// loop; nobody rings when it is destroyed.
class Doorbell {
 public:
  explicit Doorbell(Loop& loop) : rung_(std::make_shared<Rung>(loop)) {}

  // From any thread. One that nobody waits for is forgotten, so who waits looks first.
  void Ring() {
    if (rung_->posted.exchange(true)) return;
    rung_->self = rung_;
    rung_->loop.Post(Lane::kNormal, *rung_);
  }
  Signal& signal() { return rung_->signal; }

 private:
  // Outlives the bell while it is on its way through the loop.
  struct Rung final : Job {
    explicit Rung(Loop& home) : loop(home) {}
    void Run() override {
      auto keep = std::move(self);
      posted.store(false);
      signal.NotifyAll();
    }
    Loop& loop;
    Signal signal;
    std::atomic<bool> posted{false};
    std::shared_ptr<Rung> self;
  };
  std::shared_ptr<Rung> rung_;
};

}  // namespace freshet::io
