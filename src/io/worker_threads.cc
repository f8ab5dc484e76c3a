#include "io/worker_threads.h"

#include <pthread.h>

namespace freshet::io {

WorkerPool::WorkerPool(std::string name, int threads) : name_(std::move(name)) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this, i] { Run(i); });
}

WorkerPool::~WorkerPool() { Stop(); }

void WorkerPool::Submit(Job& job) {
  {
    std::lock_guard lock(mutex_);
    queue_.Push(job);
  }
  changed_.notify_one();
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
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Job* job = queue_.Pop();
    lock.unlock();
    job->Run();
    lock.lock();
  }
}

}  // namespace freshet::io
