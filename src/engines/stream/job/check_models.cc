#include "engines/stream/job/pipelines.h"
#include "engines/stream/operators/ml_predict.h"

namespace freshet::stream {
namespace {

Status CheckModelsOf(const Node& node, const ports::Models& models) {
  if (const auto* predict = std::get_if<PredictSpec>(&node.spec)) RETURN_NOT_OK(ScorerFor(*predict, models).status());
  for (const auto& input : node.inputs) RETURN_NOT_OK(CheckModelsOf(*input, models));
  return {};
}

}  // namespace

Status CheckModels(const std::vector<NodePtr>& plans, const ports::Models& models) {
  for (const auto& plan : plans) RETURN_NOT_OK(CheckModelsOf(*plan, models));
  return {};
}

}  // namespace freshet::stream
