#pragma once

#include "engines/models/forest.h"
#include "ports/models.h"

namespace freshet::models {

// A Forest with its name and its inputs. Immutable, thread-safe.
class ForestScorer final : public ports::Scorer {
 public:
  // `inputs` empty: the names in the model. kInvalid when there are none, not as many as the forest has features, or others than
  // the model's own, or when `score` (empty: not said) is no output.
  static Result<std::unique_ptr<ForestScorer>> Open(ports::ModelIdentity identity, std::vector<std::string> inputs, std::string_view score, std::string_view json);

  const ports::ModelIdentity& identity() const override { return identity_; }
  const ports::ModelSignature& signature() const override { return signature_; }
  Result<std::vector<float>> Score(std::span<const float> rows) const override;
  // What whoever loads the model should tell its owner; empty: nothing.
  std::string doubt() const;

 private:
  ForestScorer(ports::ModelIdentity identity, ports::ModelSignature signature, Forest forest)
      : identity_(std::move(identity)), signature_(std::move(signature)), forest_(std::move(forest)) {}

  const ports::ModelIdentity identity_;
  const ports::ModelSignature signature_;
  const Forest forest_;
};

}  // namespace freshet::models
