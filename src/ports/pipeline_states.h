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

// A pipeline of which the house keeps where it stands, whether it has a file or not.
struct KeptPipeline {
  std::string name;
  int64_t attempt = 0;             // the last that began
  int64_t epoch = 0;               // the last that was committed; 0: none
  int64_t state_bytes = 0;
  int64_t undelivered_epochs = 0;  // whose outbox has not reached its targets
  std::string damage;              // why it cannot go on; empty: it can
};

class PipelineStates {
 public:
  virtual ~PipelineStates() = default;
  // Changes nothing, and fences nobody. Callable from any loop.
  virtual Task<PipelineStand> Look(Ctx ctx, std::string pipeline) = 0;
  // Those that have a snapshot, by name. Callable from any loop.
  virtual Task<std::vector<std::string>> Names(Ctx ctx) = 0;
  // All that have begun and were not forgotten, by name. Callable from any loop.
  virtual Task<std::vector<KeptPipeline>> Kept(Ctx ctx) = 0;
  // Gives the name back, and removes what is kept of it; whoever takes it begins from nothing. Durable at return. kNotFound; kConflict: another
  // attempt has begun since, or it owes epochs to their targets and may not lose them. Whoever asks knows that it does not run. Callable from any loop.
  virtual Task<> Forget(Ctx ctx, std::string pipeline, int64_t attempt, bool accept_loss) = 0;
};

}  // namespace freshet::ports
