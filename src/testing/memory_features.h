#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ports/features.h"
#include "ports/models.h"

namespace freshet::testing {

// Feature rows that a test sets, answered as they were set; no ages, no fallbacks. Single-threaded.
class MemoryFeatures final : public ports::FeatureStore {
 public:
  void Define(ports::FeatureView view) { views_.push_back(std::make_shared<const ports::FeatureView>(std::move(view))); }
  void SetRow(const std::string& view, const ports::EntityKey& entity, ports::EntityRow row) { rows_[{view, entity}] = std::move(row); }

  std::shared_ptr<const ports::FeatureView> Find(std::string_view view) const override {
    for (const auto& known : views_) {
      if (known->name == view) return known;
    }
    return nullptr;
  }
  std::vector<std::shared_ptr<const ports::FeatureView>> List() const override { return views_; }
  Task<> Put(Ctx, std::string, std::vector<ports::FeatureWrite>) override { co_return Fault::Unsupported("tests use SetRow"); }
  Task<> Forget(Ctx, std::string view, std::vector<ports::EntityKey> entities) override {
    for (const auto& entity : entities) rows_.erase({view, entity});
    co_return Status::Ok();
  }
  Task<std::vector<ports::EntityRow>> Get(Ctx, std::string view, std::vector<ports::EntityKey> entities) const override {
    std::vector<ports::EntityRow> rows;
    for (const auto& entity : entities) {
      auto found = rows_.find({view, entity});
      if (found != rows_.end()) rows.push_back(found->second);
      else rows.push_back({.found = false, .features = std::vector<ports::FeatureAnswer>(Find(view)->columns.size())});
    }
    co_return rows;
  }

 private:
  std::vector<std::shared_ptr<const ports::FeatureView>> views_;
  std::map<std::pair<std::string, ports::EntityKey>, ports::EntityRow> rows_;
};

// Scores a row with the sum of its inputs; a missing input counts as −1000.
class SumScorer final : public ports::Scorer {
 public:
  SumScorer(ports::ModelIdentity identity, std::vector<std::string> inputs) : identity_(std::move(identity)), signature_{std::move(inputs), {"score"}} {}
  const ports::ModelIdentity& identity() const override { return identity_; }
  const ports::ModelSignature& signature() const override { return signature_; }
  Result<std::vector<float>> Score(std::span<const float> rows) const override {
    std::vector<float> sums;
    for (size_t at = 0; at < rows.size(); at += signature_.inputs.size()) {
      float& sum = sums.emplace_back(0.0f);
      for (float value : rows.subspan(at, signature_.inputs.size())) sum += value == value ? value : -1000.0f;
    }
    return sums;
  }

 private:
  ports::ModelIdentity identity_;
  ports::ModelSignature signature_;
};

// Models that a test sets. Single-threaded.
class MemoryModels final : public ports::Models {
 public:
  void Set(std::shared_ptr<const ports::Scorer> model) { models_[model->identity().name] = model; }
  Result<std::shared_ptr<const ports::Scorer>> Pin(std::string_view name) const override {
    auto found = models_.find(name);
    if (found == models_.end()) return Fault::NotFound("no model '", name, "'");
    return found->second;
  }
  std::vector<ports::ModelIdentity> List() const override {
    std::vector<ports::ModelIdentity> identities;
    for (const auto& [name, model] : models_) identities.push_back(model->identity());
    return identities;
  }

 private:
  std::map<std::string, std::shared_ptr<const ports::Scorer>, std::less<>> models_;
};

}  // namespace freshet::testing
