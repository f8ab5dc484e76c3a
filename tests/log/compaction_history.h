#pragma once

#include "log/history.h"

namespace freshet::testing {

// One history of a compacted topic under one seed: keys are put and taken back, compaction runs all the while, the power goes at
// a step, a file call or a named point, several times. At the end everything is read and compared:
//   the newest record of each key is what was acknowledged last, or tried after that · a key that was taken back has no older value
//   · what is there was sent, at its offset · every offset up to the end can be asked for
struct CompactionHistory {
  History history;
  int64_t sent = 0;    // records acknowledged
  int64_t there = 0;   // records at the end
};
CompactionHistory RunCompactionHistory(const HistoryOptions& options);

}  // namespace freshet::testing
