#pragma once

#include <vector>

#include "data/record_types.h"
#include "ports/commit.h"
#include "ports/event_log.h"

namespace freshet::ports {

// Of rows and frames that take effect together, and of the frames alone.
constexpr int64_t kJointBytesMax = 1 << 30;
constexpr int64_t kJointFramesMax = 6 << 20;

// Appends that take effect together with records of other rooms, in one unit of the journal. Beside EventLog, for the
// one room that needs it. Callers may stand on any loop.
class LogUnits {
 public:
  virtual ~LogUnits() = default;

  // All or nothing, over partitions, loops and crashes: the appends get their offsets in this unit, nothing of them is
  // readable before it is durable, and `frames` (of other rooms) stand behind them in it. One answer per append, in order.
  // A refusal leaves nothing behind and is told as by EventLog::Append for the first append that does not go; besides
  // kInvalid for batches with a producer id that are not the markers of its transaction, and kTooLarge above the bounds. Other
  // appends to these partitions wait.
  virtual Task<std::vector<Appended>> AppendTogether(Ctx ctx, std::vector<LogAppend> appends, std::vector<data::Frame> frames) = 0;
};

}  // namespace freshet::ports
