#include "io/age_clock.h"

#include <gtest/gtest.h>

namespace freshet::io {
namespace {

struct TwoClocks final : Clock {
  MonoTime Now() override { return now; }
  WallTime WallNow() override { return wall; }
  void Pass(Duration time) {
    now = now + time;
    wall.ms += time.ms();
  }
  MonoTime now{1'000'000'000};
  WallTime wall{1'767'225'600'000};
};

constexpr int64_t kDayMs = 86'400'000;

TEST(AgeClock, GoesWithTheWallClockAndItsCorrections) {
  TwoClocks clock;
  AgeClock ages(clock);
  for (int minute = 0; minute < 100; ++minute) {
    clock.Pass(Seconds(60));
    clock.wall.ms += 500;

    EXPECT_EQ(ages.Now(), clock.wall);
    EXPECT_FALSE(ages.doubts());
  }
}

TEST(AgeClock, BelievesAStepForwardsWhenItHasLasted) {
  TwoClocks clock;
  AgeClock ages(clock);
  clock.Pass(Seconds(10));
  clock.wall.ms += kDayMs;

  for (int minute = 0; minute < 60; ++minute) {
    EXPECT_EQ(ages.Now().ms, clock.wall.ms - kDayMs) << minute;
    EXPECT_TRUE(ages.doubts());
    clock.Pass(Seconds(60));
  }

  EXPECT_EQ(ages.Now(), clock.wall);
  EXPECT_FALSE(ages.doubts());
}

TEST(AgeClock, ForgetsAStepThatIsTakenBack) {
  TwoClocks clock;
  AgeClock ages(clock);
  for (int hour = 0; hour < 5; ++hour) {
    clock.wall.ms += kDayMs;
    clock.Pass(Seconds(1800));
    EXPECT_EQ(ages.Now().ms, clock.wall.ms - kDayMs);
    clock.wall.ms -= kDayMs;
    clock.Pass(Seconds(1800));
    EXPECT_EQ(ages.Now(), clock.wall);
  }
}

TEST(AgeClock, BelievesAStepBackAtOnce) {
  TwoClocks clock;
  AgeClock ages(clock);
  clock.wall.ms -= 5 * kDayMs;

  EXPECT_EQ(ages.Now(), clock.wall);
  EXPECT_FALSE(ages.doubts());
}

TEST(AgeClock, LosesNoPartOfAMillisecondWhileItDoubts) {
  TwoClocks clock;
  AgeClock ages(clock);
  clock.wall.ms += kDayMs;
  int64_t before = ages.Now().ms;
  for (int i = 0; i < 10'000; ++i) {
    clock.Pass(Microseconds(100));
    ages.Now();
  }

  EXPECT_EQ(ages.Now().ms, before + 1000);
}

}  // namespace
}  // namespace freshet::io
