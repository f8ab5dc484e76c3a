#pragma once

#include <atomic>

#include "engines/stream/cases/draws.h"
#include "io/env_above.h"

namespace freshet::stream {

// The world in which one run of a case takes place: the calendar stands still, chance comes from a seed, files are whose they are
// said to be. All else is the world below.
class CaseEnv final : public io::EnvAbove {
 public:
  CaseEnv(io::Env& below, WallTime now, io::Files& files) : EnvAbove(below), clock_(below.clock(), now), files_(files) {}

  Clock& clock() override { return clock_; }
  io::Files& files() override { return files_; }
  io::Random& random() override { return random_; }

 private:
  class StillClock final : public Clock {
   public:
    StillClock(Clock& below, WallTime now) : below_(below), now_(now) {}
    MonoTime Now() override { return below_.Now(); }
    WallTime WallNow() override { return now_; }

   private:
    Clock& below_;
    const WallTime now_;
  };
  // Shards draw at the same time.
  class SharedDraws final : public io::Random {
   public:
    uint64_t Next() override { return Draws(count_.fetch_add(1)).Next(); }

   private:
    std::atomic<uint64_t> count_{1};
  };

  StillClock clock_;
  SharedDraws random_;
  io::Files& files_;
};

}  // namespace freshet::stream
