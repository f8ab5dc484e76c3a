#pragma once

#include <string>

#include "io/ctx.h"
#include "io/task.h"
#include "ports/pipeline_changes.h"

namespace freshet::ports {

struct SwapRequest {
  std::string pipeline;
  std::string sql;           // what its file is taken to say; empty: whatever it says
  bool accept_loss = false;  // what would be lost may be
  bool only_check = false;   // whether it could be done, and what would become of its parts
};

struct Swapped {
  PipelineChange change;     // what became of its parts
  bool unchanged = false;    // the file says what runs already: nothing was done
  bool begins = false;       // the file is new to the house
  int64_t epoch = 0;         // the first of the new version; of what runs, when nothing was done
};

// Puts what a pipeline's file says now in the place of what runs. Callable from any loop.
class PipelineSwaps {
 public:
  virtual ~PipelineSwaps() = default;
  // At return the new version has committed an epoch, behind the last one of the old version. After a Fault the old version runs on, and nothing
  // of the new one was ever visible.
  virtual Task<Swapped> Swap(Ctx ctx, SwapRequest request) = 0;
};

}  // namespace freshet::ports
