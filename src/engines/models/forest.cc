#include "engines/models/forest.h"

#include <cmath>

namespace freshet::models {

float Forest::Leaf(int32_t root, const float* row) const {
  const Node* node = &nodes_[static_cast<size_t>(root)];
  while (node->left >= 0) {
    float value = row[node->feature];
    bool goes_left = std::isnan(value) ? node->default_left : value < node->condition;
    node = &nodes_[static_cast<size_t>(goes_left ? node->left : node->right)];
  }
  return node->condition;
}

std::vector<float> Forest::Predict(std::span<const float> rows) const {
  auto width = static_cast<size_t>(features_);
  CHECK(width > 0 && rows.size() % width == 0);
  size_t count = rows.size() / width;
  std::vector<float> out;
  out.reserve(count * static_cast<size_t>(outputs_));
  std::vector<float> margins(static_cast<size_t>(groups_));
  for (size_t r = 0; r < count; ++r) {
    const float* row = rows.data() + r * width;
    margins = base_margins_;
    for (size_t t = 0; t < roots_.size(); ++t) {
      margins[static_cast<size_t>(tree_groups_[t])] += tree_weights_[t] * Leaf(roots_[t], row);
    }
    Finish(margins);
    if (transform_ == Transform::kArgmax) {
      out.push_back(static_cast<float>(std::max_element(margins.begin(), margins.end()) - margins.begin()));
    } else {
      out.insert(out.end(), margins.begin(), margins.end());
    }
  }
  return out;
}

void Forest::Finish(std::span<float> margins) const {
  switch (transform_) {
    case Transform::kIdentity:
    case Transform::kArgmax: return;
    case Transform::kSigmoid:
      // XGBoost clamps the exponent at 88.7, where exp still fits a float.
      for (float& margin : margins) margin = 1.0f / (std::exp(std::min(-margin, 88.7f)) + 1.0f);
      return;
    case Transform::kExp:
      for (float& margin : margins) margin = std::exp(margin);
      return;
    case Transform::kSoftmax: {
      float top = *std::max_element(margins.begin(), margins.end());
      double sum = 0;
      for (float& margin : margins) sum += margin = std::exp(margin - top);
      for (float& margin : margins) margin /= static_cast<float>(sum);
      return;
    }
  }
}

}  // namespace freshet::models
