#pragma once

#include <memory>

#include "io/ctx.h"
#include "io/env.h"
#include "io/task.h"
#include "io/wait.h"

namespace freshet::io {

// A TaskGroup owns the tasks it spawns on one loop; there are no detached tasks. Close raises the group's cancel
// flag, tells `on_cancel` listeners through cancelled(), and waits until every child has ended. The destructor
// CHECKs that none are left. Used on its loop only.
class TaskGroup {
 public:
  TaskGroup(Loop& loop, std::string name) : loop_(loop), name_(std::move(name)), cancel_(std::make_shared<CancelFlag>()) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  ~TaskGroup() { CHECK(running_ == 0); }

  // Starts the child at once, up to its first wait. A child's Fault ends only that child; children report
  // what matters themselves.
  void Spawn(Lane lane, Task<> task);

  // Notified once, when Close is called: a child that waits for long waits on this, too.
  Signal& cancelled() { return cancelled_; }
  const std::shared_ptr<CancelFlag>& cancel() const { return cancel_; }
  int running() const { return running_; }
  Loop& loop() { return loop_; }

  Task<> Close();

 private:
  // One running child; deletes itself when the task has ended.
  struct Child final : Job {
    Child(TaskGroup& owner, Task<> child) : group(owner), task(std::move(child)) {}
    void Run() override;
    TaskGroup& group;
    Task<> task;
  };

  Loop& loop_;
  const std::string name_;
  std::shared_ptr<CancelFlag> cancel_;
  Signal cancelled_;
  Signal ended_;
  int running_ = 0;
};

}  // namespace freshet::io
