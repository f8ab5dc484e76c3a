#pragma once

#include "log/history.h"

namespace freshet::testing {

// One history of epochs under one seed, as RunHistory: pipelines count, write the numbers as rows to several partitions, and commit;
// old attempts try to commit, too; outboxes are delivered to a target that keeps tokens; readers and plain producers share
// the partitions; the power goes several times. Promised:
//   each number stands in the log once and in order, up to what the snapshot says and no further · an acknowledged epoch stays · what a
//   reader saw stays · an old attempt is fenced · the target has each token once, of committed epochs only, with their bytes
History RunEpochHistory(const HistoryOptions& options);

// As RunRottenHistory: a pipeline goes on where it stood, or is refused by name.
History RunRottenEpochHistory(const HistoryOptions& options);

}  // namespace freshet::testing
