#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "base/time.h"

namespace freshet::stream {

// When the groups of an operator were last written, for state that goes when nobody has written it for so long by the wall clock. Owned by the
// operator; a group is the number its GroupIndex gave. Not saved: after a restore every group counts as just written.
class Lifetimes {
 public:
  // Zero or less: for ever.
  Lifetimes(int64_t ttl_ms, Clock* clock) : ttl_ms_(clock == nullptr ? 0 : ttl_ms), clock_(clock) {}

  bool limited() const { return ttl_ms_ > 0; }
  // Once a batch: reads the clock, and shows `forget` the groups whose time is over.
  template <typename F>
  void Advance(F forget) {
    if (!limited()) return;
    now_ms_ = clock_->WallNow().ms;
    while (!written_.empty() && written_.front().first + ttl_ms_ <= now_ms_) {
      auto [time, group] = written_.front();
      written_.pop_front();
      if (last_[group] == time) forget(group);
    }
  }
  void Touch(uint32_t group) {
    if (!limited()) return;
    if (group >= last_.size()) last_.resize(group + 1, INT64_MIN);
    if (last_[group] == now_ms_) return;
    last_[group] = now_ms_;
    written_.emplace_back(now_ms_, group);
  }

 private:
  int64_t ttl_ms_;
  Clock* clock_;
  int64_t now_ms_ = 0;
  std::vector<int64_t> last_;                          // by group
  std::deque<std::pair<int64_t, uint32_t>> written_;   // oldest first; what was written again stands twice
};

}  // namespace freshet::stream
