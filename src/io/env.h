#pragma once

#include <cstdint>
#include <string_view>

#include "base/log.h"
#include "base/metrics.h"
#include "base/time.h"
#include "base/trace.h"
#include "base/uuid.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/memory.h"
#include "io/net.h"

// Everything of the world that the house touches, behind one interface: RealEnv (io/real_env.h) is Linux, SimEnv
// (testing/sim_env.h) is one seed. Passed to constructors; there are no globals.

namespace freshet::io {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;

  Uuid NewUuid();                        // version 4, RFC 9562
  uint64_t Below(uint64_t bound) { return bound == 0 ? 0 : Next() % bound; }
};

// Threads for what blocks. kCommit is one thread that does nothing but journal writes and syncs; kGeneral is a
// small pool for file reads, checkpoints, models and other heavy work; kRemote waits for other machines, which may
// never answer, so it has threads of its own and nothing that the house needs to live. Thread-safe.
enum class Pool : unsigned char { kCommit, kGeneral, kRemote };
class Workers {
 public:
  virtual ~Workers() = default;
  virtual void Submit(Pool pool, Job& job) = 0;
};

// Named places where a crash test may end the process: FRESHET_KILL_AT=journal.before_sync#3 kills at the third
// passage. Costs one branch when none is set. Thread-safe.
class KillPoints {
 public:
  virtual ~KillPoints() = default;
  virtual void Reach(std::string_view point) = 0;
};

class Env {
 public:
  virtual ~Env() = default;

  virtual Clock& clock() = 0;
  virtual Files& files() = 0;
  virtual Net& net() = 0;
  virtual Random& random() = 0;
  virtual Loop& loop(int index) = 0;
  virtual int loops() const = 0;
  virtual Workers& workers() = 0;
  virtual KillPoints& kill_points() = 0;
  virtual Budget& memory() = 0;
  virtual Metrics& metrics() = 0;
  virtual Tracer& tracer() = 0;
  virtual const Logger& log() = 0;
};

}  // namespace freshet::io

namespace freshet {
using io::Env;
}
