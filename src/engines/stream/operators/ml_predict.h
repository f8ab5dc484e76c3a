#pragma once

#include <memory>

#include "engines/stream/operators/waiting.h"
#include "engines/stream/plan/node.h"
#include "ports/models.h"

namespace freshet::stream {

// The model that is served, if the one that CREATE MODEL declares may be it: as many inputs and outputs, none of them named as another one of the model's; of its digest, if it says one.
Result<std::shared_ptr<const ports::Scorer>> ScorerFor(const PredictSpec& spec, const ports::Models& models);

// ML_PREDICT: columns of each row go through a model, and what it says stands behind them. The model is pinned at the
// first row and stays the same until the job ends; NULL is a missing value to it.
class MlPredict final : public WaitingOperator {
 public:
  MlPredict(PredictSpec spec, const ports::Models* models, std::vector<data::Type> out);

 protected:
  Task<Batches> Answer(Ctx ctx, Batch batch) override;

 private:
  Status Pin();
  Result<Batch> Score(const Batch& batch);

  PredictSpec spec_;
  const ports::Models* models_;
  std::vector<data::Type> out_;
  std::shared_ptr<const ports::Scorer> scorer_;
};

}  // namespace freshet::stream
