#pragma once

#include <string>
#include <vector>

#include "io/ctx.h"
#include "io/task.h"
#include "ports/pipeline_states.h"

namespace freshet::ports {

struct KeptName {
  KeptPipeline kept;
  bool has_file = false;
  bool runs = false;     // in this life of the house, or has run
};

// The names that pipelines have taken in this data folder. Callable from any loop.
class KeptPipelines {
 public:
  virtual ~KeptPipelines() = default;
  // By name.
  virtual Task<std::vector<KeptName>> List(Ctx ctx) = 0;
  // As PipelineStates::Forget; kConflict, too, while the name has a file or runs.
  virtual Task<> Forget(Ctx ctx, std::string pipeline, bool accept_loss) = 0;
};

}  // namespace freshet::ports
