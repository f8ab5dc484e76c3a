#pragma once

#include <string>

#include "engines/decide/service.h"
#include "ports/decider.h"

namespace freshet::decide {

// {"request_id":…,"score":…,"features":{name:{"value":…,"source":…,"event_time":…,"age_ms":…}},"model":{…}}; with several
// outputs also "scores", and "score" only when one of them is named as it. docs/formats/decision.md.
std::string AnswerJson(const ports::Decision& decision);

// The record of the decision topic: the answer with service, time, entities and request.
std::string RecordJson(const Service& service, const ports::DecisionRequest& request, const ports::Decision& decision, WallTime now);
// Its key: the entities.
std::string EntitiesJson(const ports::DecisionRequest& request);

}  // namespace freshet::decide
