#include "io/timer_heap.h"

#include "base/check.h"

namespace freshet::io {

void TimerHeap::Arm(MonoTime due, Timer& timer) {
  CHECK(!timer.armed_);
  timer.armed_ = true;
  timer.due_ = due;
  timer.order_ = armed_so_far_++;
  heap_.push_back(&timer);
  timer.heap_index_ = heap_.size() - 1;
  SiftUp(heap_.size() - 1);
}

void TimerHeap::Disarm(Timer& timer) {
  CHECK(timer.armed_);
  size_t index = timer.heap_index_;
  CHECK(index < heap_.size() && heap_[index] == &timer);
  timer.armed_ = false;
  Timer* last = heap_.back();
  heap_.pop_back();
  if (last == &timer) return;
  Place(index, last);
  SiftUp(index);
  SiftDown(last->heap_index_);
}

Timer* TimerHeap::PopDue(MonoTime now) {
  if (heap_.empty() || heap_.front()->due_ > now) return nullptr;
  Timer* timer = heap_.front();
  Disarm(*timer);
  return timer;
}

bool TimerHeap::Before(const Timer& a, const Timer& b) const {
  return a.due_ != b.due_ ? a.due_ < b.due_ : a.order_ < b.order_;
}

void TimerHeap::Place(size_t index, Timer* timer) {
  heap_[index] = timer;
  timer->heap_index_ = index;
}

void TimerHeap::SiftUp(size_t index) {
  Timer* timer = heap_[index];
  while (index > 0) {
    size_t parent = (index - 1) / 2;
    if (!Before(*timer, *heap_[parent])) break;
    Place(index, heap_[parent]);
    index = parent;
  }
  Place(index, timer);
}

void TimerHeap::SiftDown(size_t index) {
  Timer* timer = heap_[index];
  for (;;) {
    size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && Before(*heap_[child + 1], *heap_[child])) ++child;
    if (!Before(*heap_[child], *timer)) break;
    Place(index, heap_[child]);
    index = child;
  }
  Place(index, timer);
}

}  // namespace freshet::io
