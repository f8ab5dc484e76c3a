#pragma once

#include <string>
#include <vector>

#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// Where a pipeline stood at its last epoch. Epoch 0: none was committed, and there is no snapshot.
struct PipelineStand {
  int64_t epoch = 0;
  std::string snapshot;  // the last that stood for all, and those added to it one behind the other
};

class PipelineStates {
 public:
  virtual ~PipelineStates() = default;
  // Changes nothing, and fences nobody. Callable from any loop.
  virtual Task<PipelineStand> Look(Ctx ctx, std::string pipeline) = 0;
  // Those that have a snapshot, by name. Callable from any loop.
  virtual Task<std::vector<std::string>> Names(Ctx ctx) = 0;
};

}  // namespace freshet::ports
