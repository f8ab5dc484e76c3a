#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "base/metrics.h"
#include "base/status.h"
#include "io/job_queue.h"
#include "io/loop.h"
#include "io/timer_heap.h"

namespace freshet::io {

// One thread of the house around one epoll descriptor. Owned by RealEnv, which starts and stops it.
// A turn: descriptors that are ready, timers that are due, urgent jobs for at most 2 ms, then normal jobs for
// 500 µs (at least one, so normal keeps its 20 %), and one idle job when nothing else is there.
class EpollLoop final : public Loop {
 public:
  // Owns a descriptor that the loop watches. OnReady runs on the loop and only puts jobs into lanes, so no watcher
  // goes away while a list of ready descriptors is walked.
  class Watcher {
   public:
    virtual void OnReady(bool readable, bool writable) = 0;

   protected:
    ~Watcher() = default;
  };

  struct Options {
    int index = 0;
    Duration turn_cpu_max = {0};  // a turn that burns more than this ends the process; 0: never
  };
  static Result<std::unique_ptr<EpollLoop>> Open(Options options, Clock& clock, Metrics& metrics);
  ~EpollLoop() override;

  void Start();
  // After the running job has ended; jobs still queued are never run.
  void Stop();

  void Post(Lane lane, Job& job) override;
  void At(MonoTime due, Timer& timer) override;
  void Cancel(Timer& timer) override;
  bool OnLoop() const override;
  int index() const override { return options_.index; }
  Clock& clock() override { return clock_; }

  // Edge-triggered, both directions, until the descriptor is closed. What is ready already is told at once.
  Status Watch(int descriptor, Watcher& watcher);

 private:
  EpollLoop(Options options, Clock& clock, Metrics& metrics, int epoll, int wake);
  void Run();
  int WaitMs();
  void Poll(int wait_ms);
  void Turn();
  void TakeInbox();
  void RunTimers(MonoTime now);
  void RunLane(Lane lane, MonoTime until);
  JobQueue& lane(Lane lane) { return lanes_[static_cast<size_t>(lane)]; }
  void Wake();

  const Options options_;
  Clock& clock_;
  Histogram& turns_;
  Counter& long_turns_;
  const int epoll_;
  const int wake_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> sleeping_{false};
  JobInbox inbox_[kLanes];
  JobQueue lanes_[kLanes];
  TimerHeap timers_;
  std::thread thread_;
};

}  // namespace freshet::io
