#pragma once

#include <cstdint>
#include <queue>
#include <utility>
#include <vector>

#include "base/time.h"

namespace freshet::stream {

// When the groups of an operator were last written, for state that goes when nobody has written it for so long by the wall clock. Owned by the
// operator; a group is the number its GroupIndex gave. Not saved: after a restore every group counts as just written.
class Lifetimes {
 public:
  // Zero or less: for ever.
  Lifetimes(int64_t ttl_ms, Clock* clock) : ttl_ms_(clock == nullptr ? 0 : ttl_ms), clock_(clock) {
    if (limited()) now_ms_ = clock_->WallNow().ms;
  }

  bool limited() const { return ttl_ms_ > 0; }
  // Once a batch: reads the clock, and shows `forget` the groups whose time is over.
  template <typename F>
  void Advance(F forget) {
    if (!limited()) return;
    now_ms_ = clock_->WallNow().ms;
    while (!looks_.empty() && looks_.top().first + ttl_ms_ <= now_ms_) {
      auto [time, group] = looks_.top();
      looks_.pop();
      if (written_[group] != time) {  // written again since: its time may come later
        looks_.emplace(written_[group], group);
        continue;
      }
      written_[group] = kNever;
      forget(group);
    }
  }
  void Touch(uint32_t group) {
    if (!limited()) return;
    if (group >= written_.size()) written_.resize(group + 1, kNever);
    if (written_[group] == kNever) looks_.emplace(now_ms_, group);
    written_[group] = now_ms_;
  }
  size_t looks() const { return looks_.size(); }

 private:
  static constexpr int64_t kNever = INT64_MIN;
  using Look = std::pair<int64_t, uint32_t>;  // when the group was written, as far as that was known, and its number

  int64_t ttl_ms_;
  Clock* clock_;
  int64_t now_ms_ = 0;
  std::vector<int64_t> written_;              // by group; kNever: nobody looks at it
  std::priority_queue<Look, std::vector<Look>, std::greater<>> looks_;  // one a group
};

}  // namespace freshet::stream
