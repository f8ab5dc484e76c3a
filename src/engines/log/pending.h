#pragma once

#include "engines/log/large_ref.h"
#include "engines/log/log.h"

// Units of the log between the journal's queue and their fate. Private to the room.

namespace freshet::log {

// An append that stands in line, and goes on when whoever asked has given up.
struct SegmentLog::InTurn {
  explicit InTurn(ports::LogAppend wanted) : append(std::move(wanted)) {}
  ports::LogAppend append;
  Result<Started> started = Fault::Internal("the append was not run");
  bool ended = false;
  bool given_up = false;
  bool taken = false;     // by one whose turn came first
  io::Signal changed;

  void End() {
    ended = true;
    changed.NotifyAll();
  }
};

// Told on the home loop, in the order in which the home's units were queued. What the unit means to its partition happens
// right then, and only then is it no longer open to a checkpoint.
class SegmentLog::PendingUnit : public ports::Committed {
 public:
  PendingUnit(Home& home, const ports::Commit& commit, PartitionRef partition) : home_(home), partition_(std::move(partition)), open_(std::in_place, home.open_units, commit) {}

  bool await_ready() const { return done_; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> waiter) { waiter_ = &waiter.promise(); }
  Status await_resume() const { return outcome.status(); }

  void Run() final {
    Settle();
    open_.reset();
    done_ = true;
    auto self = std::move(self_);
    settled_.NotifyAll();
    if (waiter_ != nullptr) waiter_->Run();  // may destroy this
  }

  // For those who do not wait longer than a deadline: notified once done.
  bool done() const { return done_; }
  io::Signal& settled() { return settled_; }
  // Nobody waits for it: the topic answers before the unit is durable, or the deadline has passed.
  void OwnItself(std::unique_ptr<PendingUnit> self) { self_ = std::move(self); }
  virtual ~PendingUnit() = default;

 protected:
  virtual void Settle() = 0;

  Home& home_;
  PartitionRef partition_;

 private:
  std::optional<ports::OpenUnits::Open> open_;
  bool done_ = false;
  io::Signal settled_;
  io::internal::PromiseBase* waiter_ = nullptr;
  std::unique_ptr<PendingUnit> self_;
};

class SegmentLog::PendingAppend final : public PendingUnit {
 public:
  PendingAppend(Home& home, const ports::Commit& commit, PartitionRef partition, data::Offset end) : PendingUnit(home, commit, std::move(partition)), end_(end) {}

  void AnswerEarly(MonoTime now) {
    partition_->answered_early.push_back(now);
    is_answered_ = true;
  }

 private:
  void Settle() override {
    if (is_answered_) partition_->answered_early.pop_front();  // units of a partition settle in their order
    if (outcome.ok()) return partition_->MoveDurable(end_);
    int64_t before = partition_->tail_bytes();
    partition_->DropUndurable();
    home_.tail.Release(before - partition_->tail_bytes());
  }

  const data::Offset end_;
  bool is_answered_ = false;
};

class SegmentLog::PendingTrim final : public PendingUnit {
 public:
  PendingTrim(Home& home, const ports::Commit& commit, PartitionRef partition, data::Offset before) : PendingUnit(home, commit, std::move(partition)), before_(before) {}

 private:
  void Settle() override {
    if (outcome.ok()) partition_->MoveStart(before_);
  }

  const data::Offset before_;
};

class SegmentLog::PendingLarge final : public PendingUnit {
 public:
  PendingLarge(Home& home, const ports::Commit& commit, PartitionRef partition, std::vector<Joining> joining, std::vector<FlushedRun> runs)
      : PendingUnit(home, commit, std::move(partition)), joining_(std::move(joining)), runs_(std::move(runs)) {}

 private:
  void Settle() override {
    partition_->awaits_joint = false;
    if (!outcome.ok()) return;
    for (size_t i = 0; i < runs_.size(); ++i) partition_->Adopt(joining_[i], std::move(runs_[i]));
  }

  const std::vector<Joining> joining_;
  std::vector<FlushedRun> runs_;
};

}  // namespace freshet::log
