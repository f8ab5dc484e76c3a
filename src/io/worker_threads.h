#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "io/env.h"
#include "io/job_queue.h"

namespace freshet::io {

// Threads that take jobs from one queue, in order. More of them start, up to `threads_max`, when all are busy. Owned by RealEnv.
class WorkerPool {
 public:
  WorkerPool(std::string name, int threads, int threads_max);
  ~WorkerPool();

  void Submit(Job& job);
  // Ends after the running jobs; those still queued are never run.
  void Stop();

 private:
  void AddThread();                // under the mutex, or before anybody else knows of this
  void Run(int number);

  const std::string name_;
  const size_t threads_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  JobQueue queue_;                    // GUARDED_BY(mutex_)
  size_t queued_ = 0;                 // GUARDED_BY(mutex_)
  size_t idle_ = 0;                   // GUARDED_BY(mutex_)
  bool stopping_ = false;             // GUARDED_BY(mutex_)
  std::vector<std::thread> threads_;  // GUARDED_BY(mutex_) until stopping_
};

// The commit thread, the general pool, and those who wait for other machines. A mutex is enough here: each job is worth
// a system call at least.
class WorkerThreads final : public Workers {
 public:
  WorkerThreads(int general_threads, int remote_threads_max)
      : commit_("commit", 1, 1), general_("worker", general_threads, general_threads), remote_("remote", 1, remote_threads_max) {}

  void Submit(Pool pool, Job& job) override { Of(pool).Submit(job); }
  void Stop() {
    commit_.Stop();
    general_.Stop();
    remote_.Stop();
  }

 private:
  WorkerPool& Of(Pool pool) {
    switch (pool) {
      case Pool::kCommit: return commit_;
      case Pool::kGeneral: return general_;
      case Pool::kRemote: return remote_;
    }
    CHECK(false);
  }

  WorkerPool commit_;
  WorkerPool general_;
  WorkerPool remote_;
};

}  // namespace freshet::io
