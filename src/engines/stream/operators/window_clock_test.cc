#include "engines/stream/operators/window_clock.h"

#include <gtest/gtest.h>

namespace freshet::stream {
namespace {

constexpr int64_t kMinute = 60'000, kHour = 60 * kMinute;

struct Place {
  std::string_view zone;
  int64_t change;  // a moment at which its clocks change
};
constexpr Place kPlaces[] = {{"America/New_York", 1710054000000},   {"America/New_York", 1730613600000}, {"Europe/Zurich", 1711846800000},       {"Europe/Zurich", 1729990800000},
                             {"Australia/Lord_Howe", 1712415600000}, {"Australia/Lord_Howe", 1728142200000}, {"America/New_York", 2993353200000}};

WindowClock In(std::string_view zone) { return WindowClock(*data::TimeZone::Find(zone)); }

TEST(WindowClock, OfTimesWithoutAZoneIsTheTimeItself) {
  WindowClock clock = WindowClock::Of(data::Type::Timestamp(3), *data::TimeZone::Find("Europe/Zurich"));

  for (int64_t ms : {int64_t{-5}, int64_t{0}, int64_t{1710054000000}}) EXPECT_EQ(clock.OverAt(ms), ms);
  for (int64_t ms : {INT64_MIN, int64_t{-5}, int64_t{0}, int64_t{1710054000000}, INT64_MAX}) EXPECT_EQ(clock.OverBy(ms), ms);
}

TEST(WindowClock, ShowsAnHourTwiceAndSkipsOne) {
  WindowClock clock = In("America/New_York");
  int64_t back = 1730613600000, forward = 1710054000000;  // 2024-11-03 06:00 and 2024-03-10 07:00 of UTC

  EXPECT_EQ(clock.At(back - 1) - clock.At(back), kHour - 1);
  EXPECT_EQ(clock.OverAt(clock.At(back - 1)), back + kHour - 1);
  EXPECT_EQ(clock.MomentOf(clock.At(back)), back - kHour);
  EXPECT_EQ(clock.OverBy(back - 30 * kMinute), clock.At(back) - 1);
  EXPECT_EQ(clock.At(forward) - clock.At(forward - 1), kHour + 1);
  EXPECT_EQ(clock.OverAt(clock.At(forward) - 30 * kMinute), forward);
  EXPECT_EQ(clock.OverBy(forward), clock.At(forward));
}

TEST(WindowClock, WhatIsOverByAMomentIsWhatIsOverThen) {
  for (auto [zone, change] : kPlaces) {
    WindowClock clock = In(zone);
    int64_t last = INT64_MIN, last_over = INT64_MIN;
    for (int64_t moment = change - 3 * kHour; moment <= change + 3 * kHour; moment += 7 * kMinute + 1) {
      int64_t over = clock.OverBy(moment);
      EXPECT_GE(over, last) << zone;
      EXPECT_LE(clock.OverAt(over), moment) << zone;
      EXPECT_GT(clock.OverAt(over + 1), moment) << zone;
      last = over;
    }
    for (int64_t shown = clock.At(change) - 3 * kHour; shown <= clock.At(change) + 3 * kHour; shown += 5 * kMinute + 1) {
      int64_t at = clock.OverAt(shown);
      EXPECT_GE(at, last_over) << zone;
      EXPECT_GE(clock.OverBy(at), shown) << zone;
      EXPECT_LT(clock.OverBy(at - 1), shown) << zone;
      last_over = at;
    }
  }
}

}  // namespace
}  // namespace freshet::stream
