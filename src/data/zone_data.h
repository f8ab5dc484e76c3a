#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// The rules of time zones as tables, which tools/zones/embed.py writes. Only time_zone.cc reads them.

namespace freshet::data {

// "The second Sunday (0) of March at 7200 seconds of local time"; week 5 is the last one.
struct ZoneDay {
  int month;
  int week;
  int weekday;
  int seconds;
};

// What holds behind the last moment that is listed.
struct ZoneRule {
  int32_t standard;  // seconds ahead of UTC
  int32_t summer;
  ZoneDay begin;
  ZoneDay end;
};

struct ZoneData {
  std::string_view name;
  int first;  // of its moments
  int count;
  int32_t before;  // the offset ahead of the first moment
  ZoneRule rule;
};

std::span<const ZoneData> Zones();        // by name
std::span<const int64_t> ZoneMoments();   // seconds since 1970
std::span<const int32_t> ZoneOffsets();   // from a moment on

}  // namespace freshet::data
