#include "data/time_zone.h"

#include <gtest/gtest.h>

#include "data/civil.h"

namespace freshet::data {
namespace {

int64_t At(const char* text) { return *ParseTimestamp(text, Type::Timestamp(3)); }
std::string Shown(int64_t ms) {
  std::string out;
  AppendTimestamp(out, FloorDiv(ms, 1000) * 1000, Type::Timestamp(3));
  return out.substr(0, 16);
}
std::string Local(const TimeZone& zone, const char* utc) { return Shown(zone.ToLocal(At(utc))); }
std::string Utc(const TimeZone& zone, const char* local, bool later = false) { return Shown(zone.ToUtc(At(local), later)); }

TEST(TimeZone, KnowsPlacesOffsetsAndShortNames) {
  EXPECT_EQ(TimeZone::Find("UTC")->fixed_offset_ms(), 0);
  EXPECT_EQ(TimeZone::Find("GMT+08:00")->fixed_offset_ms(), 8 * 3600000);
  EXPECT_EQ(TimeZone::Find("-03:30")->fixed_offset_ms(), -12600000);
  EXPECT_FALSE(TimeZone::Find("PST")->fixed());
  EXPECT_TRUE(TimeZone::Find("Asia/Kolkata").ok());
  EXPECT_EQ(TimeZone::Find("Europe/Atlantis").fault().message(), "no time zone 'Europe/Atlantis'; write a name such as Europe/Zurich, or an offset such as GMT+08:00");
  EXPECT_FALSE(TimeZone::Find("GMT+99:00").ok());
  EXPECT_FALSE(TimeZone::Find("+").ok());
}

TEST(TimeZone, MovesClocksByTheListAndByTheRuleBehindIt) {
  TimeZone york = *TimeZone::Find("America/New_York"), zurich = *TimeZone::Find("Europe/Zurich");

  EXPECT_EQ(Local(york, "2024-03-10 06:59:59"), "2024-03-10 01:59");
  EXPECT_EQ(Local(york, "2024-03-10 07:00:00"), "2024-03-10 03:00");
  EXPECT_EQ(Local(york, "2100-07-01 12:00:00"), "2100-07-01 08:00");
  EXPECT_EQ(Local(york, "2100-12-01 12:00:00"), "2100-12-01 07:00");
  EXPECT_EQ(Local(york, "1800-01-01 12:00:00"), "1800-01-01 07:03");
  EXPECT_EQ(Local(zurich, "2300-07-01 12:00:00"), "2300-07-01 14:00");
  EXPECT_EQ(Local(*TimeZone::Find("Australia/Sydney"), "2090-01-01 00:00:00"), "2090-01-01 11:00");
  EXPECT_EQ(Local(*TimeZone::Find("Europe/Dublin"), "2090-07-01 00:00:00"), "2090-07-01 01:00");
}

TEST(TimeZone, TakesTheFirstOfTwoTimesAndPutsSkippedOnesBehindTheGap) {
  TimeZone york = *TimeZone::Find("America/New_York");

  EXPECT_EQ(Utc(york, "2024-11-03 01:30:00"), "2024-11-03 05:30");
  EXPECT_EQ(Utc(york, "2024-11-03 01:30:00", true), "2024-11-03 06:30");
  EXPECT_EQ(Utc(york, "2024-03-10 02:30:00"), "2024-03-10 07:30");
  EXPECT_EQ(Utc(york, "2024-03-10 02:30:00", true), "2024-03-10 07:30");
  EXPECT_EQ(Utc(york, "2090-07-01 00:00:00"), "2090-07-01 04:00");
}

}  // namespace
}  // namespace freshet::data
