#include "engines/stream/operators/window_clock.h"

namespace freshet::stream {

// The first moment behind `before` that has the offset of `behind`.
int64_t WindowClock::ChangeBetween(int64_t before, int64_t behind) const {
  int64_t offset = zone_.OffsetAt(behind);
  while (behind - before > 1) {
    int64_t middle = before + (behind - before) / 2;
    (zone_.OffsetAt(middle) == offset ? behind : before) = middle;
  }
  return behind;
}

int64_t WindowClock::OverAt(int64_t shown) const {
  int64_t moment = zone_.ToUtc(shown, true), ahead = At(moment) - shown;
  return ahead == 0 ? moment : ChangeBetween(moment - ahead, moment);  // skipped: `ahead` is what the clock jumps by
}

int64_t WindowClock::OverBy(int64_t moment) const {
  if (moment == INT64_MIN || moment == INT64_MAX) return moment;
  int64_t shown = At(moment), last = zone_.ToUtc(shown, true);
  if (last <= moment) return shown;
  return At(ChangeBetween(moment, last)) - 1;  // it will be shown again, and all behind the change before it
}

}  // namespace freshet::stream
