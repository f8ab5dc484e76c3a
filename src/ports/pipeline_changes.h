#pragma once

#include <string>
#include <vector>

#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// What becomes of a part of a pipeline when its file is changed. Lost: state, or rows that only state knew of. Changed: a table that gets other rows from now on, and
// keeps those that it has.
enum class Fate : uint8_t { kKept, kRebuilt, kLost, kChanged };

struct PartChange {
  Fate fate = Fate::kKept;
  std::string part;          // "SliceWindowAggregate(TUMBLE(size=60000 ms), …)"
  std::string reason;
  int64_t state_bytes = 0;   // in the last epoch
  int64_t records = 0;       // to be read again
  int64_t bytes = 0;         // of these in the log, about
  bool writes_again = false; // a table that has its rows already
  bool by_swap = false;      // a swap (ports/pipeline_swaps.h) builds it anew beside what runs, unless it is refused
};

struct PipelineChange {
  std::string pipeline;
  int64_t epoch = 0;         // its last; 0: it has not run yet
  std::vector<PartChange> parts;
  bool lets_go = false;      // state that no part takes: a start refuses to, unless it is told to let it go
  std::string refusal;       // why no swap can build anew what should be; empty: it can, or nothing is to be built
  std::vector<std::string> known = {};  // all pipelines that have an epoch: some may have no file any more
};

// Compares a pipeline's state with what a swap to another text of its file would make of it; where loss is accepted, with what that would. Callable from any loop; changes nothing.
class PipelineChanges {
 public:
  virtual ~PipelineChanges() = default;
  virtual Task<PipelineChange> Compare(Ctx ctx, std::string pipeline, std::string sql, bool accept_loss) = 0;
};

}  // namespace freshet::ports
