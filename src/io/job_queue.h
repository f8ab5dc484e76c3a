#pragma once

#include <atomic>
#include <utility>

#include "io/loop.h"

namespace freshet::io {

// Jobs of one thread, first in first out, linked through Job::next.
class JobQueue {
 public:
  bool empty() const { return first_ == nullptr; }

  void Push(Job& job) {
    job.next = nullptr;
    (last_ != nullptr ? last_->next : first_) = &job;
    last_ = &job;
  }
  Job* Pop() {
    Job* job = first_;
    if (job == nullptr) return nullptr;
    first_ = std::exchange(job->next, nullptr);
    if (first_ == nullptr) last_ = nullptr;
    return job;
  }

 private:
  Job* first_ = nullptr;
  Job* last_ = nullptr;
};

// Jobs from many threads for one reader, without a lock. Each writer's jobs come out in the order it put them.
class JobInbox {
 public:
  // From any thread. The job may have run and be gone when this returns.
  void Push(Job& job) {
    Job* head = head_.load(std::memory_order_relaxed);
    do job.next = head;
    while (!head_.compare_exchange_weak(head, &job, std::memory_order_seq_cst, std::memory_order_relaxed));
  }
  bool empty() const { return head_.load(std::memory_order_seq_cst) == nullptr; }

  // Moves everything to the end of `queue`. On the reader's thread.
  void MoveTo(JobQueue& queue) {
    Job* newest_first = head_.exchange(nullptr, std::memory_order_acquire);
    Job* oldest_first = nullptr;
    while (newest_first != nullptr) {
      Job* job = std::exchange(newest_first, newest_first->next);
      job->next = oldest_first;
      oldest_first = job;
    }
    while (oldest_first != nullptr) {
      Job* job = std::exchange(oldest_first, oldest_first->next);
      queue.Push(*job);
    }
  }

 private:
  std::atomic<Job*> head_{nullptr};
};

}  // namespace freshet::io
