#include "engines/models/forest_scorer.h"

#include "engines/models/score_output.h"

namespace freshet::models {
namespace {

// Features are taken in their order, so other names, or the same ones in another order, would be other values.
Status CompareNames(std::string_view model, const std::vector<std::string>& inputs, const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size() && i < inputs.size(); ++i) {
    if (inputs[i] == names[i]) continue;
    return Fault::Invalid("model '", model, "': input ", i + 1, " is '", inputs[i], "' in model.yaml, and feature ", i + 1, " of the file is '", names[i],
                          "'; write inputs as the file has its features, or leave inputs out");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<ForestScorer>> ForestScorer::Open(ports::ModelIdentity identity, std::vector<std::string> inputs, std::string_view score, std::string_view json) {
  ASSIGN_OR_RETURN(Forest forest, Forest::ParseXgboostJson(json));
  if (inputs.empty()) inputs = forest.feature_names();
  if (inputs.empty()) return Fault::Invalid("model '", identity.name, "' has no feature names; list them as inputs");
  if (inputs.size() != static_cast<size_t>(forest.features())) {
    return Fault::Invalid("model '", identity.name, "' takes ", forest.features(), " features; ", inputs.size(), " are named");
  }
  RETURN_NOT_OK(CompareNames(identity.name, inputs, forest.feature_names()));
  ports::ModelSignature signature{.inputs = std::move(inputs), .outputs = {}};
  for (int i = 0; i < forest.outputs(); ++i) signature.outputs.push_back(forest.outputs() == 1 ? "score" : StrCat("score_", i));
  ASSIGN_OR_RETURN(signature.score, ScoreAmong(identity, signature.outputs, score));
  return std::unique_ptr<ForestScorer>(new ForestScorer(std::move(identity), std::move(signature), std::move(forest)));
}

std::string ForestScorer::doubt() const {
  int64_t best = forest_.best_round();
  if (best < 0 || best + 1 >= static_cast<int64_t>(forest_.rounds())) return "";
  return StrCat("training stopped early and found round ", best, " the best, and all ", forest_.rounds(), " rounds are scored, as Booster.predict does; XGBClassifier and XGBRegressor predict with the first ",
                best + 1, ": save those with booster[:", best + 1, "].save_model(…)");
}

Result<std::vector<float>> ForestScorer::Score(std::span<const float> rows) const {
  if (rows.size() % signature_.inputs.size() != 0) return Fault::Invalid("model '", identity_.name, "' takes rows of ", signature_.inputs.size(), " values");
  return forest_.Predict(rows);
}

}  // namespace freshet::models
