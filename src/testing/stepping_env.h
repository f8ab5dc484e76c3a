#pragma once

#include "io/env.h"

namespace freshet::testing {

// Another Env whose wall clock is set by hand, as an operator, NTP or a bad battery would, while the monotonic one goes on.
class SteppingEnv final : public io::Env {
 public:
  explicit SteppingEnv(io::Env& below) : below_(below), clock_(below.clock()) {}

  // Forwards, or back when `by` is negative.
  void StepWallClock(Duration by) { clock_.ahead_ms += by.ms(); }

  Clock& clock() override { return clock_; }
  io::Files& files() override { return below_.files(); }
  io::Net& net() override { return below_.net(); }
  io::Random& random() override { return below_.random(); }
  io::Loop& loop(int index) override { return below_.loop(index); }
  int loops() const override { return below_.loops(); }
  io::Workers& workers() override { return below_.workers(); }
  io::KillPoints& kill_points() override { return below_.kill_points(); }
  io::Budget& memory() override { return below_.memory(); }
  Metrics& metrics() override { return below_.metrics(); }
  Tracer& tracer() override { return below_.tracer(); }
  const Logger& log() override { return below_.log(); }

 private:
  struct SteppingClock final : Clock {
    explicit SteppingClock(Clock& of) : below(of) {}
    MonoTime Now() override { return below.Now(); }
    WallTime WallNow() override { return {below.WallNow().ms + ahead_ms}; }
    Clock& below;
    int64_t ahead_ms = 0;
  };

  io::Env& below_;
  SteppingClock clock_;
};

}  // namespace freshet::testing
