#include "io/task_group.h"

namespace freshet::io {

void TaskGroup::Spawn(Lane lane, Task<> task) {
  CHECK(loop_.OnLoop());
  ++running_;
  auto* child = new Child(*this, std::move(task));
  child->task.Start(loop_, lane, *child);
}

void TaskGroup::Child::Run() {
  TaskGroup& owner = group;
  delete this;  // destroys the ended frame too; FinalAwaiter touches nothing after this
  if (--owner.running_ == 0) owner.ended_.NotifyAll();
}

Task<> TaskGroup::Close() {
  cancel_->Raise();
  cancelled_.NotifyAll();
  while (running_ > 0) {
    Signal::Waiter wait(ended_, MonoTime::Never());
    co_await wait;
  }
  co_return Status::Ok();
}

}  // namespace freshet::io
