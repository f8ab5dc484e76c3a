#pragma once

#include "log/history.h"

namespace freshet::testing {

// One history of workers that move records under one seed: the members of a group read a growing source and write what they read to the
// list of the same number, records and the group's offset in one transaction. Members come, leave, are silent for longer than their session, and are replaced by
// another process while they go on; the power goes at a step, a file call or a named point, several times. At the end a committed reader looks:
//   each list is the beginning of its source, every value once and in order · it is as long as the group's offset says · what a
//   committed reader saw of it stays · nothing is left open
// `acknowledged` are records that were moved or fed, `clients` the workers.
History RunListHistory(const HistoryOptions& options);

}  // namespace freshet::testing
