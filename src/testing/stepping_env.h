#pragma once

#include "io/env_above.h"

namespace freshet::testing {

// Another Env whose wall clock is set by hand, as an operator, NTP or a bad battery would, while the monotonic one goes on.
class SteppingEnv final : public io::EnvAbove {
 public:
  explicit SteppingEnv(io::Env& below) : EnvAbove(below), clock_(below.clock()) {}

  // Forwards, or back when `by` is negative.
  void StepWallClock(Duration by) { clock_.ahead_ms += by.ms(); }

  Clock& clock() override { return clock_; }

 private:
  struct SteppingClock final : Clock {
    explicit SteppingClock(Clock& of) : below(of) {}
    MonoTime Now() override { return below.Now(); }
    WallTime WallNow() override { return {below.WallNow().ms + ahead_ms}; }
    Clock& below;
    int64_t ahead_ms = 0;
  };

  SteppingClock clock_;
};

}  // namespace freshet::testing
