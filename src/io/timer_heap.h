#pragma once

#include <vector>

#include "io/loop.h"

namespace freshet::io {

// The armed timers of one loop, soonest first. One owner, one thread.
class TimerHeap {
 public:
  void Arm(MonoTime due, Timer& timer);
  void Disarm(Timer& timer);

  bool empty() const { return heap_.empty(); }
  MonoTime soonest() const { return heap_.empty() ? MonoTime::Never() : heap_.front()->due_; }
  // Removes and returns a timer that is due at `now`, or null.
  Timer* PopDue(MonoTime now);

 private:
  bool Before(const Timer& a, const Timer& b) const;
  void Place(size_t index, Timer* timer);
  void SiftUp(size_t index);
  void SiftDown(size_t index);

  std::vector<Timer*> heap_;
  uint64_t armed_so_far_ = 0;
};

}  // namespace freshet::io
