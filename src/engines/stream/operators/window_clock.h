#pragma once

#include <cstdint>

#include "data/time_zone.h"
#include "data/type.h"

namespace freshet::stream {

// The clock by which windows are cut: the time of the rows itself, or for TIMESTAMP_LTZ what clocks show in the session's zone. All numbers are milliseconds.
// Where clocks go forward, what they skip is in no row's window; where they go back, what they show twice is once in its windows, which are over when it has
// been shown the second time: a day may have 23 hours or 25, as in Flink. A small value.
class WindowClock {
 public:
  WindowClock() = default;
  // Of windows over a time attribute of that type.
  static WindowClock Of(const data::Type& time, const data::TimeZone& zone) { return time.kind() == data::Kind::kTimestampLtz ? WindowClock(zone) : WindowClock(); }
  explicit WindowClock(data::TimeZone zone) : zone_(zone) {}

  // What it shows at a moment.
  int64_t At(int64_t moment) const { return zone_.ToLocal(moment); }
  // When it shows that, the first time.
  int64_t MomentOf(int64_t shown) const { return zone_.ToUtc(shown); }

  // When all up to `shown` is over: shown for the last time, or skipped.
  int64_t OverAt(int64_t shown) const;
  // The last that is over at a moment, so that OverAt(shown) <= moment when shown <= OverBy(moment), and only then. INT64_MIN and INT64_MAX stay what they are.
  int64_t OverBy(int64_t moment) const;

  // Sessions are saved as moments where the zone's offset is fixed, and as shown where it is not.
  int64_t Saved(int64_t shown) const { return zone_.fixed() ? MomentOf(shown) : shown; }
  int64_t Loaded(int64_t saved) const { return zone_.fixed() ? At(saved) : saved; }

 private:
  int64_t ChangeBetween(int64_t before, int64_t behind) const;

  data::TimeZone zone_;
};

}  // namespace freshet::stream
