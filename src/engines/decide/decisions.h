#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engines/decide/service.h"
#include "io/env.h"
#include "ports/decider.h"
#include "ports/event_log.h"
#include "ports/models.h"
#include "ports/topics.h"

namespace freshet::decide {

// A service file: its text, and how messages call it.
struct ServiceFile {
  std::string name;
  std::string text;
};

// Decisions answers for the services of the project: features of the entity, the model's score, one durable record of the
// decision topic. Owned by House; a decision stays on its caller's loop but for the append.
class Decisions final : public ports::Decider, public ports::ModelUser {
 public:
  static Result<std::unique_ptr<Decisions>> Open(Env& env, const std::vector<ServiceFile>& files, ports::FeatureStore& features,
                                                 const ports::Models& models);

  // Makes the decision topics that are missing, and warns of services whose model is.
  Task<> Begin(ports::EventLog& log, ports::Topics& topics);

  Status CheckService(std::string_view service) const override;
  Task<ports::Decision> Decide(Ctx ctx, ports::DecisionRequest request) override;
  Status CanUse(const ports::Scorer& model) const override;

 private:
  // One service with what it counts.
  struct Serving {
    Serving(Metrics& metrics, std::string the_file, Service the_service);
    std::string file;   // that defines it
    Service service;
    Counter& answered;
    Counter& refused;
    Counter& fallbacks;
    Histogram& elapsed;
  };

  Decisions(Env& env, ports::FeatureStore& features, const ports::Models& models) : env_(env), features_(features), models_(models) {}
  void TellOfMissingModels() const;
  const Serving* FindServing(std::string_view service) const;
  Task<ports::Decision> Answer(Ctx ctx, const Serving& serving, ports::DecisionRequest request);
  Task<std::vector<ports::EntityRow>> LoadRows(Ctx ctx, const Service& service, const ports::DecisionRequest& request);
  Task<> Record(Ctx ctx, const Service& service, const ports::DecisionRequest& request, const ports::Decision& decision);

  Env& env_;
  ports::FeatureStore& features_;
  const ports::Models& models_;
  ports::EventLog* event_log_ = nullptr;
  ports::Topics* topics_ = nullptr;
  std::vector<std::unique_ptr<Serving>> servings_;   // fixed after Open
};

}  // namespace freshet::decide
