#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace freshet::models {

// A Forest evaluates gradient-boosted trees as XGBoost does: float32 throughout, `value < condition` goes left, NaN
// follows the default direction, leaves are summed in tree order on top of the base margin, then the objective's
// transform. Reads the JSON model format of XGBoost 1.6–3.x
// (https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html). Immutable, thread-safe.
class Forest {
 public:
  static constexpr size_t kModelBytesMax = 512u << 20;

  // kCorrupt for a structure that does not hold (a child out of range, a cycle), kUnsupported by name for boosters
  // other than gbtree and dart, unknown objectives and categorical splits.
  static Result<Forest> ParseXgboostJson(std::string_view json);

  // rows × features, row-major, NaN for missing; returns rows × outputs().
  std::vector<float> Predict(std::span<const float> rows) const;

  int features() const { return features_; }
  int outputs() const { return outputs_; }
  const std::vector<std::string>& feature_names() const { return feature_names_; }  // empty when the model has none
  size_t trees() const { return roots_.size(); }
  // Of boosting. All of them are evaluated.
  size_t rounds() const { return roots_.size() / std::max<size_t>(1, static_cast<size_t>(groups_ * parallel_trees_)); }
  // The round that early stopping found best, counted from 0; -1 when the file says none.
  int64_t best_round() const { return best_round_; }

 private:
  // A split when left ≥ 0, else a leaf whose value is in `condition`. Children lie side by side in all our nodes.
  struct Node {
    float condition = 0;
    int32_t left = -1;
    int32_t right = -1;
    int32_t feature = 0;
    bool default_left = false;
  };
  enum class Transform : unsigned char { kIdentity, kSigmoid, kExp, kSoftmax, kArgmax };

  friend class ForestReader;

  float Leaf(int32_t root, const float* row) const;
  void Finish(std::span<float> margins) const;

  int features_ = 0;
  int outputs_ = 1;
  int groups_ = 1;
  int parallel_trees_ = 1;             // a group's in one round
  int64_t best_round_ = -1;
  Transform transform_ = Transform::kIdentity;
  std::vector<float> base_margins_;    // one a group
  std::vector<Node> nodes_;
  std::vector<int32_t> roots_;
  std::vector<int32_t> tree_groups_;
  std::vector<float> tree_weights_;    // 1 but for dart
  std::vector<std::string> feature_names_;
};

}  // namespace freshet::models
