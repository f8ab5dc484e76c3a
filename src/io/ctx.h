#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/status.h"
#include "base/time.h"
#include "base/trace.h"

namespace freshet::io {

// Who asks. Immutable, shared by every Ctx of one session.
struct Principal {
  std::string name = "anonymous";
  std::string tenant = "default";
};

// A one-way flag that a session, a job or the house raises when nobody waits for the answer any more.
// Thread-safe. Waiters look at it when they wake; TaskGroup::Close wakes them.
class CancelFlag {
 public:
  void Raise() { raised_.store(true, std::memory_order_release); }
  bool raised() const { return raised_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> raised_{false};
};

// First argument of every port verb: until when, for whom, and under which trace. Cheap to copy.
struct Ctx {
  MonoTime deadline = MonoTime::Never();
  std::shared_ptr<const CancelFlag> cancel;
  std::shared_ptr<const Principal> principal;
  TraceId trace = 0;

  Ctx();
  Ctx(const Ctx& other);
  Ctx(Ctx&& other) noexcept;
  Ctx& operator=(const Ctx& other);
  Ctx& operator=(Ctx&& other) noexcept;
  ~Ctx();

  // A Fault once the deadline has passed or the caller has gone.
  Status Check(MonoTime now) const;
  Ctx WithDeadline(MonoTime sooner) const;
};

}  // namespace freshet::io

namespace freshet {
using io::Ctx;
}
