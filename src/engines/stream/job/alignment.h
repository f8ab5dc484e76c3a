#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "data/event_time.h"
#include "data/records/options.h"

namespace freshet::stream {

// Sources of one group that are ahead of its slowest one by more than their table says (scan.watermark.alignment.*) are not polled until that has come nearer: what waits
// for the slowest is not piled up. Knows sources by number, asks nobody. One loop.
class Alignment {
 public:
  // `source` is of its group from now on.
  void Add(size_t source, records::WatermarkAlignment table);
  bool empty() const { return members_.empty(); }

  // Before a round, with how far each source's watermark has come; absent: it has ended or is idle, and holds nobody back. How far a source may go is found anew once its
  // table's interval is over, and when it holds back all of its group.
  void Look(MonoTime now, const std::vector<std::optional<data::EventTime>>& watermarks);
  bool Holds(size_t source) const;

 private:
  struct Member {
    size_t source;
    records::WatermarkAlignment table;
    data::EventTime limit = data::kEndOfTime;
    MonoTime next_look = {};
    bool held = false;
  };
  using Watermarks = std::vector<std::optional<data::EventTime>>;

  data::EventTime SlowestOf(const std::string& group, const Watermarks& watermarks) const;
  void SetLimit(Member& member, MonoTime now, const Watermarks& watermarks) const;
  void Hold(Member& member, const Watermarks& watermarks) const;
  bool HoldsAllOf(const std::string& group, const Watermarks& watermarks) const;

  std::vector<Member> members_;
};

}  // namespace freshet::stream
