#include "testing/memory_journal.h"

namespace freshet::testing {
namespace {

class SubmitWait final : public ports::Committed {
 public:
  SubmitWait(MemoryJournal& journal, ports::Unit unit) : journal_(journal), unit_(std::move(unit)) {}
  bool await_ready() const { return false; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> waiter) {
    waiter_ = &waiter.promise();
    Status queued = journal_.Enqueue(std::move(unit_), *this);
    if (!queued.ok()) outcome = queued;
    return queued.ok();
  }
  Result<data::Position> await_resume() { return outcome; }
  void Run() override { waiter_->Run(); }

 private:
  MemoryJournal& journal_;
  ports::Unit unit_;
  io::internal::PromiseBase* waiter_ = nullptr;
};

}  // namespace

Status MemoryJournal::Enqueue(ports::Unit unit, ports::Committed& done) {
  io::Loop* loop = nullptr;
  for (int i = 0; i < env_.loops(); ++i) {
    if (env_.loop(i).OnLoop()) loop = &env_.loop(i);
  }
  CHECK(loop != nullptr);
  std::lock_guard lock(mutex_);
  if (!fault_.ok() && at_once_) return fault_;
  if (unit.bytes() > ports::Unit::kBytesMax) return Fault::TooLarge("a unit of ", unit.bytes(), " bytes");
  if (!fault_.ok()) {
    done.outcome = fault_;
  } else {
    for (const data::Frame& frame : unit.frames()) {
      frames_.push_back(frame);
      positions_.push_back(data::Position(end_));
      end_ += static_cast<uint64_t>(frame.bytes()) + 1;
    }
    done.outcome = data::Position(end_);
  }
  waiting_.push_back({&done, loop});
  if (!holds_) {
    for (const Waiting& waiting : waiting_) Tell(waiting);
    waiting_.clear();
  }
  return {};
}

void MemoryJournal::Tell(const Waiting& waiting) { waiting.loop->Post(io::Lane::kUrgent, *waiting.done); }

Task<data::Position> MemoryJournal::Submit(Ctx, ports::Unit unit) {
  SubmitWait wait(*this, std::move(unit));
  co_return co_await wait;
}

data::Position MemoryJournal::durable() const {
  std::lock_guard lock(mutex_);
  return data::Position(end_);
}

void MemoryJournal::Hold() {
  std::lock_guard lock(mutex_);
  holds_ = true;
}

void MemoryJournal::Release() {
  std::lock_guard lock(mutex_);
  holds_ = false;
  for (const Waiting& waiting : waiting_) Tell(waiting);
  waiting_.clear();
}

void MemoryJournal::Fail(Status status, bool at_once) {
  std::lock_guard lock(mutex_);
  fault_ = std::move(status);
  at_once_ = at_once;
}

Status MemoryJournal::ReplayInto(ports::Projection& projection) const {
  std::vector<data::Frame> all = frames();
  for (size_t i = 0; i < all.size(); ++i) {
    const data::Frame& frame = all[i];
    if (positions_[i] < projection.DurablePosition()) continue;
    std::string payload = StrCat(frame.head, *frame.body);
    RETURN_NOT_OK(projection.Apply({frame.type, frame.type_version, frame.stream, positions_[i], env_.clock().WallNow().ms, payload}));
  }
  return {};
}

std::vector<data::Frame> MemoryJournal::frames() const {
  std::lock_guard lock(mutex_);
  return frames_;
}

}  // namespace freshet::testing
