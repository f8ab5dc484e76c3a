#include "engines/models/forest_scorer.h"

namespace freshet::models {

Result<std::unique_ptr<ports::Scorer>> ForestScorer::Open(ports::ModelIdentity identity, std::vector<std::string> inputs, std::string_view json) {
  ASSIGN_OR_RETURN(Forest forest, Forest::ParseXgboostJson(json));
  if (inputs.empty()) inputs = forest.feature_names();
  if (inputs.empty()) return Fault::Invalid("model '", identity.name, "' has no feature names; list them as inputs");
  if (inputs.size() != static_cast<size_t>(forest.features())) {
    return Fault::Invalid("model '", identity.name, "' takes ", forest.features(), " features; ", inputs.size(), " are named");
  }
  ports::ModelSignature signature{.inputs = std::move(inputs), .outputs = {}};
  for (int i = 0; i < forest.outputs(); ++i) signature.outputs.push_back(forest.outputs() == 1 ? "score" : StrCat("score_", i));
  return std::unique_ptr<ports::Scorer>(new ForestScorer(std::move(identity), std::move(signature), std::move(forest)));
}

Result<std::vector<float>> ForestScorer::Score(std::span<const float> rows) const {
  if (rows.size() % signature_.inputs.size() != 0) return Fault::Invalid("model '", identity_.name, "' takes rows of ", signature_.inputs.size(), " values");
  return forest_.Predict(rows);
}

}  // namespace freshet::models
