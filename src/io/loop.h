#pragma once

#include <cstdint>

#include "base/time.h"

namespace freshet::io {

// Two cores are shared by everything, so every loop has three lanes. Urgent runs first every turn (sockets,
// commit wake-ups, online reads); normal has a floor of 20 % (operators, one batch a turn); idle runs when
// nothing else is ready (compaction, checkpoints, scrub).
enum class Lane : unsigned char { kUrgent, kNormal, kIdle };
constexpr int kLanes = 3;

// A piece of work that can stand in a queue without an allocation: it is linked into the loop's or the
// workers' list itself, so it may stand in one queue at a time and must outlive its stay there.
class Job {
 public:
  virtual void Run() = 0;

  Job* next = nullptr;  // owned by the queue it stands in

 protected:
  ~Job() = default;
};

// A job with a due time. Owned by whoever waits; Loop::At links it, Loop::Cancel or its run unlinks it.
class Timer : public Job {
 public:
  bool armed() const { return armed_; }

 protected:
  ~Timer() = default;

 private:
  friend class TimerHeap;
  MonoTime due_;
  uint64_t order_ = 0;  // equal due times run in the order they were armed
  size_t heap_index_ = 0;
  bool armed_ = false;
};

// One loop a core. Everything with a home (connection, partition, key range) is touched from its loop only,
// and needs no lock.
class Loop {
 public:
  virtual ~Loop() = default;

  // Puts the job at the end of a lane. From any thread.
  virtual void Post(Lane lane, Job& job) = 0;

  // Runs the timer on the urgent lane at or after `due`. On this loop only; a timer is armed once at a time.
  virtual void At(MonoTime due, Timer& timer) = 0;
  // Unlinks an armed timer; it will not run. On this loop only.
  virtual void Cancel(Timer& timer) = 0;

  // Whether the caller runs on this loop.
  virtual bool OnLoop() const = 0;
  virtual int index() const = 0;
  virtual Clock& clock() = 0;
};

}  // namespace freshet::io
