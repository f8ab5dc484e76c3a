#pragma once

#include "log/history.h"

namespace freshet::testing {

// One history of transactions under one seed: producers with ids of their own write to several partitions and commit offsets of
// a group; some are replaced in the middle and go on as zombies, some outlive their time; the power goes at a step, a file call
// or a named point, several times. At the end a committed reader looks:
//   of what was committed everything is there, once · of what was aborted or left open nothing is · of an end without an
//   answer all or nothing · a group's offset is that of the last transaction that counts · what a committed reader saw stays
//   · nothing is left open, no partition holds its readers back
History RunTransactionHistory(const HistoryOptions& options);

}  // namespace freshet::testing
