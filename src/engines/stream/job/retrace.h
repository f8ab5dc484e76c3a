#pragma once

#include <cstdint>
#include <map>

#include "engines/stream/plan/node.h"
#include "ports/connector.h"

namespace freshet::stream {

// Whether rows leave at this sink before their epoch has committed: it writes a topic at least once.
bool ShowsRowsEarly(const Node& sink);
// Whether changes of rows leave at this sink before their epoch has committed. An attempt that dies may then have shown a row that never was in
// any epoch, and that batches of other sizes would pass over without a word (docs/decisions/0250).
bool ShowsChangesEarly(const Node& sink);

// Which rows of a source are retraced: those that an earlier attempt may have read behind the epoch from which this one begins. They go through one
// by one, so that all is said again that may have been said of them.
class Retrace {
 public:
  // Of all sources: a pipeline that shows changes early ends an epoch that has so many rows, so an attempt has read no more of a partition than these and the batch they came with.
  static constexpr int64_t kEpochRowsMax = 1 << 18;

  // Whether rows that have come are among them; asked once of each poll.
  bool Takes(const ports::Polled& polled);

 private:
  static constexpr int64_t kRowsMax = kEpochRowsMax + data::kMaxBatchRows;
  std::map<int32_t, int64_t> rows_;  // by partition: so many have come
};

}  // namespace freshet::stream
