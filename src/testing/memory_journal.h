#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io/env.h"
#include "ports/commit.h"

namespace freshet::testing {

// A Commit in memory, for tests of projections: it keeps every frame, tells each unit's fate from the loop it was queued on,
// and can play all of it into another projection, as a restart would. Thread-safe.
class MemoryJournal final : public ports::Commit {
 public:
  explicit MemoryJournal(Env& env) : env_(env) {}

  Status Enqueue(ports::Unit unit, ports::Committed& done) override;
  Task<data::Position> Submit(Ctx ctx, ports::Unit unit) override;
  data::Position durable() const override;

  // What was queued from now on waits until Release; a stand-in for a slow disk.
  void Hold();
  void Release();
  // From now on units meet this fault: refused at Enqueue when `at_once`, else told as their fate. ok() ends it.
  void Fail(Status status, bool at_once);

  Status ReplayInto(ports::Projection& projection) const;
  std::vector<data::Frame> frames() const;

 private:
  struct Waiting {
    ports::Committed* done;
    io::Loop* loop;
  };
  void Tell(const Waiting& waiting);  // holds the mutex

  Env& env_;
  mutable std::mutex mutex_;
  std::vector<data::Frame> frames_;           // GUARDED_BY(mutex_)
  std::vector<data::Position> positions_;     // GUARDED_BY(mutex_); of each frame
  uint64_t end_ = 0;                          // GUARDED_BY(mutex_)
  bool holds_ = false;                        // GUARDED_BY(mutex_)
  std::vector<Waiting> waiting_;              // GUARDED_BY(mutex_)
  Status fault_;                              // GUARDED_BY(mutex_)
  bool at_once_ = false;                      // GUARDED_BY(mutex_)
};

}  // namespace freshet::testing
