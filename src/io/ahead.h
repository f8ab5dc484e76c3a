#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "io/task.h"

namespace freshet::io {

// Pieces of work that are done ahead of who waits for them, by whichever of some loops has time, and taken in the order in which they were added, whoever
// was done first. A loop does one piece a turn and then lets others have theirs; a loop that is busy elsewhere leaves its share to the rest.
//   Ahead ahead(loops);
//   while (ahead.size() < kMost) ahead.Add(NextPiece());
//   auto taking = ahead.Take();
//   auto piece = co_await taking;
// Add, Take and size on one loop, by one task at a time. How much may lie in it is up to who adds.
class Ahead {
 public:
  class Work {
   public:
    virtual ~Work() = default;
    // On one of the loops, once; before that and after on the loop of who adds and takes.
    virtual void Do() = 0;

   private:
    friend class Ahead;
    bool done_ = false;  // under the mutex
  };

  explicit Ahead(const std::vector<Loop*>& loops);
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  // What has not been begun is not done any more; what is being done now is waited for, in this thread.
  ~Ahead();

  void Add(std::unique_ptr<Work> work);
  size_t size() const { return added_ - taken_; }
  // The oldest that has not been taken, once it is done. Of none: an internal Fault.
  Task<std::unique_ptr<Work>> Take();

 private:
  struct Turn;
  class FrontDone;
  // Outlives the Ahead while a turn of it stands in a loop's queue.
  struct Shared {
    std::mutex mutex;
    std::condition_variable rested;
    std::deque<std::unique_ptr<Work>> all;                       // GUARDED_BY(mutex): by number, from `first` on
    size_t first = 0, next = 0, end = 0;                         // GUARDED_BY(mutex): to be taken, to be begun, to be added
    int doing = 0;                                               // GUARDED_BY(mutex)
    internal::PromiseBase* waiter = nullptr;                     // GUARDED_BY(mutex): for the first to be done
    std::vector<std::unique_ptr<Turn>> turns;                    // one a loop; the mutex guards which of them are posted

    bool front_done() const { return !all.empty() && all.front()->done_; }
  };

  std::shared_ptr<Shared> shared_;
  size_t added_ = 0, taken_ = 0;
};

}  // namespace freshet::io
