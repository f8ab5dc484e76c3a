#include "io/worker_threads.h"

#include <pthread.h>

#include <system_error>

namespace freshet::io {

WorkerPool::WorkerPool(std::string name, int threads, int threads_max) : name_(std::move(name)), threads_max_(static_cast<size_t>(threads_max)) {
  threads_.reserve(threads_max_);
  for (int i = 0; i < threads; ++i) AddThread();
}

WorkerPool::~WorkerPool() { Stop(); }

void WorkerPool::Submit(Job& job) {
  {
    std::lock_guard lock(mutex_);
    queue_.Push(job);
    bool all_are_busy = ++queued_ > idle_;
    if (all_are_busy && threads_.size() < threads_max_ && !stopping_) AddThread();
  }
  changed_.notify_one();
}

// When the system gives no more threads, those that are there take longer.
void WorkerPool::AddThread() {
  try {
    threads_.emplace_back([this, number = threads_.size()] { Run(static_cast<int>(number)); });
  } catch (const std::system_error&) {
    CHECK(!threads_.empty());
  }
}

void WorkerPool::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::Run(int number) {
  pthread_setname_np(pthread_self(), StrCat(name_, "-", number).c_str());
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (stopping_) return;
    Job* job = queue_.Pop();
    --queued_;
    lock.unlock();
    job->Run();
    lock.lock();
  }
}

}  // namespace freshet::io
