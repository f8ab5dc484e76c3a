#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/env.h"
#include "ports/kept_pipelines.h"
#include "ports/pipelines.h"

namespace freshet::stream {

// Looks after names that are kept: one is given back only when neither a file nor anything that runs has it. Owned by the house.
class KeptNames final : public ports::KeptPipelines {
 public:
  using HasFile = std::function<Result<bool>(const std::string& pipeline)>;  // blocks
  KeptNames(Env& env, ports::PipelineStates& states, const ports::Pipelines& pipelines, HasFile has_file)
      : env_(env), states_(states), pipelines_(pipelines), has_file_(std::move(has_file)) {}

  Task<std::vector<ports::KeptName>> List(Ctx ctx) override;
  Task<> Forget(Ctx ctx, std::string pipeline, bool accept_loss) override;

 private:
  Env& env_;
  ports::PipelineStates& states_;
  const ports::Pipelines& pipelines_;
  const HasFile has_file_;
};

}  // namespace freshet::stream
