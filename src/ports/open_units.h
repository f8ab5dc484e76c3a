#pragma once

#include <algorithm>
#include <map>

#include "ports/commit.h"

namespace freshet::ports {

// Units that a room has handed to the journal, and whose effect it has not taken in yet. A projection's Flush waits for none of them: one may be held until
// the disk has room, which perhaps only a checkpoint makes. What the room knows is whole below the place where the oldest of them can stand. Of one loop.
class OpenUnits {
 public:
  // From before its unit is enqueued until the effect, or that there is none, was taken in.
  class Open {
   public:
    Open(OpenUnits& units, const Commit& commit) : units_(units), from_(units.begun_.try_emplace(commit.durable(), 0).first) { ++from_->second; }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() {
      if (--from_->second == 0) units_.begun_.erase(from_);
    }

   private:
    OpenUnits& units_;
    const std::map<data::Position, int64_t>::iterator from_;
  };

  // `up_to`, or what was durable when the oldest of them was opened: it stands at or behind that.
  data::Position WholeBelow(data::Position up_to) const { return begun_.empty() ? up_to : std::min(up_to, begun_.begin()->first); }

 private:
  std::map<data::Position, int64_t> begun_;  // what was durable, and how many were opened then
};

}  // namespace freshet::ports
