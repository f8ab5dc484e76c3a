#pragma once

#include <vector>

#include "data/record_types.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// Frames that take effect together: written side by side, the last one flagged; recovery drops an unfinished
// unit. At most kBytesMax in all; what is larger is staged first and named by a small unit.
class Unit {
 public:
  static constexpr int64_t kBytesMax = 8 << 20;

  void Stage(data::Frame frame) { frames_.push_back(std::move(frame)); }
  const std::vector<data::Frame>& frames() const { return frames_; }
  int64_t bytes() const {
    int64_t total = 0;
    for (const data::Frame& frame : frames_) total += frame.bytes();
    return total;
  }

 private:
  std::vector<data::Frame> frames_;
};

// Where a unit's fate is told. Owned by whoever enqueued it, until Run was called.
class Committed : public io::Job {
 public:
  // Set before Run: the position just past the unit, or why the journal refused.
  Result<data::Position> outcome = data::Position(0);

 protected:
  ~Committed() = default;
};

// The journal as its writers see it: nothing is durable, readable or acknowledged any other way.
class Commit {
 public:
  virtual ~Commit() = default;

  // Puts the unit at the end of the calling loop's ring. Units of one loop become durable in the order of their
  // Enqueue, and `done` runs on that loop's urgent lane in the same order, after the fdatasync that covers it.
  // Refused at once, with nothing queued: kExhausted when the ring is full or the backlog is at its bound,
  // kDiskFull below the reserve (new data only), kTooLarge above Unit::kBytesMax, kUnavailable after a failed
  // write or sync of the journal. Must be called on a loop of the house.
  virtual Status Enqueue(Unit unit, Committed& done) = 0;

  // Enqueue and wait for the fate.
  virtual Task<data::Position> Submit(Ctx ctx, Unit unit) = 0;

  // All units that end at or below it survive any crash. From any thread.
  virtual data::Position durable() const = 0;
};

// A structure derived from journal records, listed in app/house.cc. The journal is trimmed below the lowest
// DurablePosition of all.
class Projection {
 public:
  virtual ~Projection() = default;

  // The name in messages and metrics: "log", "catalog".
  virtual std::string_view name() const = 0;
  // Replay at start, before the loops serve anybody: every frame at or above DurablePosition, in order. Frames
  // already contained are ignored.
  virtual Status Apply(const data::FrameView& frame) = 0;
  // Replay met damage at or above DurablePosition: the owner quarantines what it lost, or refuses to start. Told to all
  // projections, in order with the frames around it.
  virtual Status ApplyDamage(const data::Damage& damage) = 0;
  // Makes durable, in own files, everything that this projection has taken in below `up_to`, and moves DurablePosition: to
  // `up_to`, or less far if a unit is open (OpenUnits), for which it does not wait. On the loop of the journal's checkpoints.
  virtual Task<> Flush(Ctx ctx, data::Position up_to) = 0;
  virtual data::Position DurablePosition() const = 0;
};

}  // namespace freshet::ports
