#include <simdjson.h>

#include <charconv>
#include <cmath>

#include "engines/models/forest.h"

namespace freshet::models {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kNodesMax = 1u << 28;
constexpr int64_t kGroupsMax = 10000;
constexpr int64_t kFeaturesMax = 1 << 20;
constexpr int64_t kParallelTreesMax = 1 << 16;
constexpr int64_t kRoundsMax = int64_t{1} << 28;

// Walks the model document. XGBoost writes the numbers of `learner_model_param` as strings, and from 3.1 on
// `base_score` as a bracketed list.
class ForestReader {
 public:
  Result<Forest> Read(const object& root);

 private:
  Status ReadParameters(const object& learner);
  Status ReadObjective(const object& learner);
  Status ReadBooster(const object& learner);
  void ReadBestRound(const object& learner);
  Status ReadTree(const object& tree, size_t index);
  Status ReadBaseMargins(std::string_view text);
  Result<float> MarginOf(float base_score) const;

  Forest forest_;
  std::string objective_;
  std::string base_score_text_;
};

namespace {

Result<object> ObjectAt(const object& parent, const char* name) {
  object found;
  if (parent[name].get(found) != simdjson::SUCCESS) return Fault::Corrupt("model: object '", name, "' is missing");
  return found;
}

Result<array> ArrayAt(const object& parent, const char* name) {
  array found;
  if (parent[name].get(found) != simdjson::SUCCESS) return Fault::Corrupt("model: array '", name, "' is missing");
  return found;
}

Result<std::string> TextAt(const object& parent, const char* name) {
  std::string_view found;
  if (parent[name].get(found) != simdjson::SUCCESS) return Fault::Corrupt("model: text '", name, "' is missing");
  return std::string(found);
}

Result<int64_t> CountAt(const object& parent, const char* name, int64_t most) {
  ASSIGN_OR_RETURN(std::string text, TextAt(parent, name));
  int64_t count = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0 || count > most) {
    return Fault::Corrupt("model: '", name, "' is '", text, "', not a count up to ", most);
  }
  return count;
}

Result<float> FloatOf(const element& value) {
  double number = 0;
  if (value.get(number) != simdjson::SUCCESS) return Fault::Corrupt("model: a split condition is not a number");
  return static_cast<float>(number);
}

Result<int64_t> IntOf(const element& value) {
  int64_t number = 0;
  bool flag = false;
  if (value.get(number) == simdjson::SUCCESS) return number;
  if (value.get(flag) == simdjson::SUCCESS) return int64_t{flag};
  return Fault::Corrupt("model: a tree has something other than a whole number");
}

}  // namespace

Result<Forest> ForestReader::Read(const object& root) {
  ASSIGN_OR_RETURN(object learner, ObjectAt(root, "learner"));
  RETURN_NOT_OK(ReadParameters(learner));
  RETURN_NOT_OK(ReadObjective(learner));
  RETURN_NOT_OK(ReadBaseMargins(base_score_text_));
  RETURN_NOT_OK(ReadBooster(learner));
  ReadBestRound(learner);
  return std::move(forest_);
}

Status ForestReader::ReadParameters(const object& learner) {
  ASSIGN_OR_RETURN(object parameters, ObjectAt(learner, "learner_model_param"));
  ASSIGN_OR_RETURN(int64_t features, CountAt(parameters, "num_feature", kFeaturesMax));
  ASSIGN_OR_RETURN(int64_t classes, CountAt(parameters, "num_class", kGroupsMax));
  ASSIGN_OR_RETURN(base_score_text_, TextAt(parameters, "base_score"));
  if (features == 0) return Fault::Corrupt("model: it has no features");
  std::string_view targets;
  if (parameters["num_target"].get(targets) == simdjson::SUCCESS && targets != "1") {
    return Fault::Unsupported("model: ", targets, " targets; only one is evaluated");
  }
  forest_.features_ = static_cast<int>(features);
  forest_.groups_ = static_cast<int>(std::max<int64_t>(classes, 1));
  array names;
  if (learner["feature_names"].get(names) != simdjson::SUCCESS) return {};
  for (element name : names) {
    std::string_view text;
    if (name.get(text) != simdjson::SUCCESS) return Fault::Corrupt("model: a feature name is not text");
    forest_.feature_names_.emplace_back(text);
  }
  return {};
}

Status ForestReader::ReadObjective(const object& learner) {
  struct Known { std::string_view name; Forest::Transform transform; };
  static constexpr Known kKnown[] = {
      {"reg:squarederror", Forest::Transform::kIdentity}, {"reg:absoluteerror", Forest::Transform::kIdentity},
      {"reg:pseudohubererror", Forest::Transform::kIdentity}, {"reg:quantileerror", Forest::Transform::kIdentity},
      {"rank:pairwise", Forest::Transform::kIdentity}, {"rank:ndcg", Forest::Transform::kIdentity},
      {"binary:logitraw", Forest::Transform::kIdentity}, {"binary:logistic", Forest::Transform::kSigmoid},
      {"reg:logistic", Forest::Transform::kSigmoid}, {"count:poisson", Forest::Transform::kExp},
      {"reg:gamma", Forest::Transform::kExp}, {"reg:tweedie", Forest::Transform::kExp},
      {"multi:softprob", Forest::Transform::kSoftmax}, {"multi:softmax", Forest::Transform::kArgmax}};
  ASSIGN_OR_RETURN(object objective, ObjectAt(learner, "objective"));
  ASSIGN_OR_RETURN(objective_, TextAt(objective, "name"));
  for (const Known& known : kKnown) {
    if (known.name != objective_) continue;
    forest_.transform_ = known.transform;
    forest_.outputs_ = known.transform == Forest::Transform::kArgmax ? 1 : forest_.groups_;
    return {};
  }
  std::string known;
  for (const Known& entry : kKnown) known += StrCat(known.empty() ? "" : ", ", entry.name);
  return Fault::Unsupported("model: objective '", objective_, "' is not evaluated; these are: ", known);
}

// "5E-1" or "[5E-1]" or "[1E-1,2E-1]".
Status ForestReader::ReadBaseMargins(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('[') && rest.ends_with(']')) rest = rest.substr(1, rest.size() - 2);
  while (!rest.empty()) {
    float score = 0;
    auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), score);
    if (error != std::errc()) return Fault::Corrupt("model: base_score '", text, "' is not a number");
    ASSIGN_OR_RETURN(float margin, MarginOf(score));
    forest_.base_margins_.push_back(margin);
    rest.remove_prefix(static_cast<size_t>(end - rest.data()));
    if (!rest.empty() && rest.front() != ',') return Fault::Corrupt("model: base_score '", text, "' is not a list");
    if (!rest.empty()) rest.remove_prefix(1);
  }
  auto groups = static_cast<size_t>(forest_.groups_);
  if (forest_.base_margins_.size() == 1) forest_.base_margins_.resize(groups, forest_.base_margins_[0]);
  if (forest_.base_margins_.size() != groups) return Fault::Corrupt("model: base_score has not one value a class");
  return {};
}

// The base score is kept in the space of predictions; margins are added in the space of the trees. What binary:logitraw
// predicts is a margin, and so is its base score.
Result<float> ForestReader::MarginOf(float base_score) const {
  if (forest_.transform_ == Forest::Transform::kSigmoid) {
    if (!(base_score > 0 && base_score < 1)) return Fault::Corrupt("model: base_score ", base_score, " is not a probability");
    return -std::log(1.0f / base_score - 1.0f);
  }
  if (forest_.transform_ == Forest::Transform::kExp) {
    if (!(base_score > 0)) return Fault::Corrupt("model: base_score ", base_score, " is not positive");
    return std::log(base_score);
  }
  return base_score;
}

Status ForestReader::ReadBooster(const object& learner) {
  ASSIGN_OR_RETURN(object booster, ObjectAt(learner, "gradient_booster"));
  ASSIGN_OR_RETURN(std::string name, TextAt(booster, "name"));
  object boosted = booster;
  array weights;
  bool is_dart = name == "dart";
  if (is_dart) {
    ASSIGN_OR_RETURN(boosted, ObjectAt(booster, "gbtree"));
    ASSIGN_OR_RETURN(weights, ArrayAt(booster, "weight_drop"));
  } else if (name != "gbtree") {
    return Fault::Unsupported("model: booster '", name, "'; gbtree and dart are evaluated");
  }
  ASSIGN_OR_RETURN(object model, ObjectAt(boosted, "model"));
  object parameters;
  if (model["gbtree_model_param"].get(parameters) == simdjson::SUCCESS) {
    ASSIGN_OR_RETURN(int64_t parallel, CountAt(parameters, "num_parallel_tree", kParallelTreesMax));
    forest_.parallel_trees_ = static_cast<int>(std::max<int64_t>(parallel, 1));
  }
  ASSIGN_OR_RETURN(array trees, ArrayAt(model, "trees"));
  ASSIGN_OR_RETURN(array tree_info, ArrayAt(model, "tree_info"));
  for (element entry : tree_info) {
    ASSIGN_OR_RETURN(int64_t group, IntOf(entry));
    if (group < 0 || group >= forest_.groups_) return Fault::Corrupt("model: tree_info names class ", group);
    forest_.tree_groups_.push_back(static_cast<int32_t>(group));
  }
  for (element entry : trees) {
    object tree;
    if (entry.get(tree) != simdjson::SUCCESS) return Fault::Corrupt("model: a tree is not an object");
    RETURN_NOT_OK(ReadTree(tree, forest_.roots_.size()));
  }
  forest_.tree_weights_.assign(forest_.roots_.size(), 1.0f);
  for (size_t i = 0; is_dart && i < weights.size() && i < forest_.roots_.size(); ++i) {
    ASSIGN_OR_RETURN(forest_.tree_weights_[i], FloatOf(weights.at(i).value()));
  }
  if (forest_.tree_groups_.size() != forest_.roots_.size()) return Fault::Corrupt("model: tree_info and trees differ in length");
  return {};
}

// An attribute that early stopping leaves in the file; whoever trained may have put anything there.
void ForestReader::ReadBestRound(const object& learner) {
  object attributes;
  if (learner["attributes"].get(attributes) != simdjson::SUCCESS) return;
  auto best = CountAt(attributes, "best_iteration", kRoundsMax);
  if (best.ok()) forest_.best_round_ = *best;
}

Status ForestReader::ReadTree(const object& tree, size_t index) {
  ASSIGN_OR_RETURN(array lefts, ArrayAt(tree, "left_children"));
  ASSIGN_OR_RETURN(array rights, ArrayAt(tree, "right_children"));
  ASSIGN_OR_RETURN(array features, ArrayAt(tree, "split_indices"));
  ASSIGN_OR_RETURN(array conditions, ArrayAt(tree, "split_conditions"));
  ASSIGN_OR_RETURN(array defaults, ArrayAt(tree, "default_left"));
  array categories;
  if (tree["categories"].get(categories) == simdjson::SUCCESS && categories.size() > 0) {
    return Fault::Unsupported("model: tree ", index, " splits by categories; train with numeric features");
  }
  size_t count = lefts.size();
  if (count == 0 || rights.size() != count || features.size() != count || conditions.size() != count || defaults.size() != count) {
    return Fault::Corrupt("model: the arrays of tree ", index, " differ in length");
  }
  auto root = forest_.nodes_.size();
  if (root + count > kNodesMax) return Fault::TooLarge("model: more than ", kNodesMax, " nodes");
  forest_.roots_.push_back(static_cast<int32_t>(root));
  auto right = rights.begin(), feature = features.begin(), condition = conditions.begin(), goes_left = defaults.begin();
  for (element left : lefts) {
    Forest::Node node;
    ASSIGN_OR_RETURN(int64_t left_child, IntOf(left));
    ASSIGN_OR_RETURN(int64_t right_child, IntOf(*right));
    ASSIGN_OR_RETURN(int64_t split, IntOf(*feature));
    ASSIGN_OR_RETURN(int64_t is_left, IntOf(*goes_left));
    ASSIGN_OR_RETURN(node.condition, FloatOf(*condition));
    auto self = static_cast<int64_t>(forest_.nodes_.size() - root);
    bool is_leaf = left_child < 0;
    // Children come after their parent in XGBoost's numbering; demanding it rules out cycles.
    if (!is_leaf && (left_child <= self || right_child <= self || left_child >= static_cast<int64_t>(count) || right_child >= static_cast<int64_t>(count))) {
      return Fault::Corrupt("model: node ", self, " of tree ", index, " has a child out of range");
    }
    if (!is_leaf && (split < 0 || split >= forest_.features_)) return Fault::Corrupt("model: tree ", index, " asks for feature ", split);
    node.left = is_leaf ? -1 : static_cast<int32_t>(static_cast<int64_t>(root) + left_child);
    node.right = is_leaf ? -1 : static_cast<int32_t>(static_cast<int64_t>(root) + right_child);
    node.feature = static_cast<int32_t>(split);
    node.default_left = is_left != 0;
    forest_.nodes_.push_back(node);
    ++right, ++feature, ++condition, ++goes_left;
  }
  return {};
}

Result<Forest> Forest::ParseXgboostJson(std::string_view json) {
  if (json.size() > kModelBytesMax) return Fault::TooLarge("model of ", json.size(), " bytes; at most ", kModelBytesMax, " are read");
  simdjson::dom::parser parser;
  element document;
  simdjson::padded_string padded(json);
  if (auto error = parser.parse(padded).get(document); error != simdjson::SUCCESS) {
    return Fault::Corrupt("model is not JSON: ", simdjson::error_message(error));
  }
  object root;
  if (document.get(root) != simdjson::SUCCESS) return Fault::Corrupt("model: the document is not an object");
  ForestReader reader;
  return reader.Read(root);
}

}  // namespace freshet::models
