#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ports/features.h"

namespace freshet::decide {

// A field that a request brings along.
struct RequestField {
  ports::FeatureKind kind = ports::FeatureKind::kReal;
  bool is_int = false;        // of kInteger: INT, not BIGINT
  data::Value initial;        // may be null: a missing value, to the model
  bool has_default = false;
};

// Where a model's input comes from: a column of a view, by numbers.
struct FeaturePlace {
  size_t view;
  size_t column;
};

// What a services/*.yaml says. Immutable.
struct Service {
  std::string name;
  std::string model;
  std::string topic;                        // of decisions
  int64_t deadline_ms = 1000;
  std::vector<std::shared_ptr<const ports::FeatureView>> views;
  std::map<std::string, RequestField, std::less<>> request;
  std::map<std::string, FeaturePlace, std::less<>> features;
};

// An unknown key, a bad value, an unknown view, or a name that stands for two things is kInvalid and names file and line.
Result<Service> ReadService(std::string_view yaml, std::string_view file, const ports::FeatureStore& features);

}  // namespace freshet::decide
