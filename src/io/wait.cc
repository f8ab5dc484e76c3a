#include "io/wait.h"

namespace freshet::io {

void Signal::NotifyAll() {
  while (first_ != nullptr) {
    Waiter& waiter = *first_;
    Unlink(waiter);
    waiter.notified_ = true;
    if (waiter.armed()) waiter.waiter_->loop->Cancel(waiter);
    waiter.waiter_->Resume();
  }
}

void Signal::Link(Waiter& waiter) {
  waiter.previous_ = last_;
  (last_ != nullptr ? last_->following_ : first_) = &waiter;
  last_ = &waiter;
}

void Signal::Unlink(Waiter& waiter) {
  (waiter.previous_ != nullptr ? waiter.previous_->following_ : first_) = waiter.following_;
  (waiter.following_ != nullptr ? waiter.following_->previous_ : last_) = waiter.previous_;
  waiter.previous_ = waiter.following_ = nullptr;
}

}  // namespace freshet::io
