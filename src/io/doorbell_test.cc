#include "io/doorbell.h"

#include <gtest/gtest.h>

#include <thread>

#include "io/real_env.h"
#include "io/run_to_end.h"

namespace freshet::io {
namespace {

// Waits until the other thread has rung so often; each ring may stand for some that came meanwhile.
Task<> WaitFor(Doorbell& bell, std::atomic<int>& count, int wanted) {
  while (count.load() < wanted) {
    Signal::Waiter wait(bell.signal(), MonoTime::Never());
    co_await wait;
  }
  co_return Status();
}

Task<> RingAndHear() {
  ThisLoop here;
  Loop& loop = co_await here;
  Doorbell bell(loop);
  std::atomic<int> count = 0;
  std::thread other([&] {
    for (int i = 0; i < 10000; ++i) {
      ++count;
      bell.Ring();
    }
  });
  auto waiting = WaitFor(bell, count, 10000);
  Status waited = co_await waiting;
  other.join();
  bell.Ring();  // on its way when the bell is gone
  co_return waited;
}

TEST(Doorbell, WakesItsLoopFromAnotherThread) {
  auto env = RealEnv::Open();
  ASSERT_TRUE(env.ok());

  EXPECT_TRUE(RunToEnd(**env, RingAndHear()).ok());
}

}  // namespace
}  // namespace freshet::io
