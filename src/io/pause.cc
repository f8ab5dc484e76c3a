#include "io/pause.h"

#include <algorithm>

namespace freshet::io {
namespace {

constexpr Duration kLookAgain = Milliseconds(100);  // at a flag that wakes nobody

}  // namespace

Task<> PauseUntil(Ctx ctx, Clock& clock, MonoTime due) {
  for (MonoTime now = clock.Now(); now < due; now = clock.Now()) {
    SleepUntil pause(std::min(due, now + kLookAgain));
    co_await pause;
    Status wanted = ctx.Check(clock.Now());
    if (!wanted.ok()) co_return wanted;
  }
  co_return Status();
}

}  // namespace freshet::io
