#include "io/ahead.h"

#include <algorithm>

#ifdef __SANITIZE_ADDRESS__
extern "C" void __lsan_ignore_object(const void* at);  // of <sanitizer/lsan_interface.h>
#endif

namespace freshet::io {

// A loop's next piece. While it is posted it keeps what it needs.
struct Ahead::Turn final : Job {
  explicit Turn(Loop& its_loop) : loop(its_loop) {}

  void PostWith(std::shared_ptr<Shared> all) {
    shared = std::move(all);
    loop.Post(Lane::kNormal, *this);
  }

  void Run() override {
    std::shared_ptr<Shared> all = std::move(shared);
    Work* work = nullptr;
    {
      std::lock_guard lock(all->mutex);
      posted = all->next < all->end;
      if (!posted) return;
      work = all->all[all->next++ - all->first].get();
      ++all->doing;
    }
    work->Do();
    bool more = false;
    {
      std::lock_guard lock(all->mutex);
      work->done_ = true;
      if (--all->doing == 0) all->rested.notify_all();
      if (all->waiter != nullptr && all->front_done()) std::exchange(all->waiter, nullptr)->Resume();
      more = posted = all->next < all->end;
    }
    if (more) PostWith(std::move(all));
  }

  Loop& loop;
  bool posted = false;  // GUARDED_BY the mutex
  std::shared_ptr<Shared> shared;
};

class Ahead::FrontDone {
 public:
  explicit FrontDone(Shared& all) : all_(all) {}
  bool await_ready() const { return false; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> waiter) {
    std::lock_guard lock(all_.mutex);
    if (all_.front_done()) return false;
    all_.waiter = &waiter.promise();
    return true;
  }
  std::unique_ptr<Work> await_resume() {
    std::lock_guard lock(all_.mutex);
    std::unique_ptr<Work> front = std::move(all_.all.front());
    all_.all.pop_front();
    ++all_.first;
    return front;
  }

 private:
  Shared& all_;
};

Ahead::Ahead(const std::vector<Loop*>& loops) : shared_(std::make_shared<Shared>()) {
  CHECK(!loops.empty());
#ifdef __SANITIZE_ADDRESS__
  __lsan_ignore_object(shared_.get());  // a loop that ends runs what stands in its queue no more: a turn there, and what it keeps, stays behind
#endif
  for (Loop* loop : loops) {
    bool known = std::any_of(shared_->turns.begin(), shared_->turns.end(), [loop](const auto& turn) { return &turn->loop == loop; });
    if (!known) shared_->turns.push_back(std::make_unique<Turn>(*loop));
  }
}

Ahead::~Ahead() {
  std::unique_lock lock(shared_->mutex);
  shared_->next = shared_->end;
  shared_->rested.wait(lock, [this] { return shared_->doing == 0; });
  shared_->all.clear();
}

// One loop for each piece is woken, those that have slept longest first; whoever is awake takes what the others have not begun.
void Ahead::Add(std::unique_ptr<Work> work) {
  Turn* woken = nullptr;
  {
    std::lock_guard lock(shared_->mutex);
    shared_->all.push_back(std::move(work));
    ++shared_->end;
    auto idle = std::find_if(shared_->turns.begin(), shared_->turns.end(), [](const auto& turn) { return !turn->posted; });
    if (idle != shared_->turns.end()) {
      woken = idle->get();
      woken->posted = true;
      std::rotate(idle, idle + 1, shared_->turns.end());
    }
  }
  ++added_;
  if (woken != nullptr) woken->PostWith(shared_);
}

Task<std::unique_ptr<Ahead::Work>> Ahead::Take() {
  if (size() == 0) co_return Fault::Internal("nothing was added that could be taken");
  FrontDone done(*shared_);
  std::unique_ptr<Work> work = co_await done;
  ++taken_;
  co_return work;
}

}  // namespace freshet::io
