#pragma once

#include "base/time.h"

namespace freshet::io {

// The wall clock as whatever is removed for its age asks it: records, committed offsets, names of producers. A step forwards of more than
// kStepMax, which would make everything old at once, is believed when it has lasted for kProbation of monotonic time; until then this goes
// on by the monotonic clock. A step back is believed at once: what goes by age then goes later. What stepped before it was made is not
// known to it. One owner.
class AgeClock {
 public:
  static constexpr Duration kStepMax = Seconds(60);
  static constexpr Duration kProbation = Seconds(3600);

  explicit AgeClock(Clock& clock) : clock_(clock), at_(clock.Now()), believed_(clock.WallNow()) {}

  WallTime Now() {
    MonoTime now = clock_.Now();
    WallTime wall = clock_.WallNow(), expected{believed_.ms + (now - at_).ms()};
    bool steps = wall.ms > expected.ms + kStepMax.ms();
    if (!steps) doubted_since_ = MonoTime::Never();
    else if (doubted_since_ == MonoTime::Never()) doubted_since_ = now;
    bool believes = !steps || now - doubted_since_ >= kProbation;
    believed_ = believes ? wall : expected;
    if (believes) doubted_since_ = MonoTime::Never();
    at_ = believes ? now : at_ + Milliseconds((now - at_).ms());  // no part of a millisecond is lost
    return believed_;
  }
  // Whether the last Now() was not what the wall clock says.
  bool doubts() const { return doubted_since_ != MonoTime::Never(); }

 private:
  Clock& clock_;
  MonoTime at_;
  WallTime believed_;
  MonoTime doubted_since_ = MonoTime::Never();
};

}  // namespace freshet::io
