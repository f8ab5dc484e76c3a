#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "io/env.h"
#include "io/job_queue.h"

namespace freshet::io {

// Threads that take jobs from one queue, in order. Owned by RealEnv.
class WorkerPool {
 public:
  WorkerPool(std::string name, int threads);
  ~WorkerPool();

  void Submit(Job& job);
  // Ends after the running jobs; those still queued are never run.
  void Stop();

 private:
  void Run(int number);

  const std::string name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  JobQueue queue_;          // GUARDED_BY(mutex_)
  bool stopping_ = false;   // GUARDED_BY(mutex_)
  std::vector<std::thread> threads_;
};

// The commit thread and the general pool. A mutex is enough here: each job is worth a system call at least.
class WorkerThreads final : public Workers {
 public:
  explicit WorkerThreads(int general_threads) : commit_("commit", 1), general_("worker", general_threads) {}

  void Submit(Pool pool, Job& job) override { (pool == Pool::kCommit ? commit_ : general_).Submit(job); }
  void Stop() {
    commit_.Stop();
    general_.Stop();
  }

 private:
  WorkerPool commit_;
  WorkerPool general_;
};

}  // namespace freshet::io
