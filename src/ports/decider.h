#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "ports/features.h"
#include "ports/models.h"

namespace freshet::ports {

struct DecisionRequest {
  std::string service;
  std::map<std::string, std::string, std::less<>> entities;     // key → its value as text
  std::map<std::string, data::Value, std::less<>> request;      // booleans and whole numbers int64, others double or text
  std::optional<int64_t> deadline_ms;                           // from now; absent: the service's own
};

struct DecidedFeature {
  std::string name;
  FeatureKind kind = FeatureKind::kReal;
  FeatureAnswer answer;
};

struct DecisionTiming {
  int64_t features_us = 0;
  int64_t model_us = 0;
  int64_t record_us = 0;   // until the decision was durable
  int64_t total_us = 0;
};

struct Decision {
  Uuid request_id;
  std::vector<float> scores;               // one an output of the model
  int score = 0;                           // which of them is the score; -1: none
  std::vector<DecidedFeature> features;    // every column of the service's views
  ModelIdentity model;
  DecisionTiming timing;
  std::string json;                        // {"request_id":…,["score":…,]["scores":[…],]"features":…,"model":…}; docs/formats/decision.md
};

// Answers with a model's score over an entity's features, and keeps what it answered. Thread-safe.
class Decider {
 public:
  virtual ~Decider() = default;

  // kNotFound: no such service.
  virtual Status CheckService(std::string_view service) const = 0;

  // Durable at return. kNotFound: no such service, or an entity without a row that the model cannot do without; kInvalid: an
  // entity key or request field is missing or of another type; kUnavailable: no model, or one that wants what the service
  // does not have; kDeadlineExceeded.
  virtual Task<Decision> Decide(Ctx ctx, DecisionRequest request) = 0;
};

}  // namespace freshet::ports
