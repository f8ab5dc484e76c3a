#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace freshet::data {

struct ZoneData;

// A TimeZone says how far local time is ahead of UTC at a moment: by a fixed offset, or by the rules of a place. The rules are part of the program
// (tools/zones/embed.py). A small value, UTC by default.
class TimeZone {
 public:
  TimeZone() = default;
  static TimeZone Fixed(int64_t offset_ms);
  // "Europe/Zurich", "UTC", "Z", "+08:00", "GMT+08:00", and Java's three letters such as "PST".
  static Result<TimeZone> Find(std::string_view name);

  std::string Name() const;  // "Europe/Zurich", "UTC", "+08:00"
  bool fixed() const { return place_ == nullptr; }
  int64_t fixed_offset_ms() const { return offset_ms_; }  // of a fixed zone

  int64_t OffsetAt(int64_t utc_ms) const;
  int64_t ToLocal(int64_t utc_ms) const { return utc_ms + OffsetAt(utc_ms); }

  // A local time that is there twice, when clocks go back, is the first of the two; one that is skipped, when they go forward, lies as far behind the
  // gap. `later`: the second of the two instead.
  int64_t ToUtc(int64_t local_ms, bool later = false) const;

 private:
  const ZoneData* place_ = nullptr;
  int64_t offset_ms_ = 0;
};

}  // namespace freshet::data
