#pragma once

#include <string>
#include <string_view>

#include "ports/decider.h"

namespace freshet::doors::http {

// {"entities":{…},"request":{…},"deadline_ms":…}, for that service. kInvalid says where it is no JSON, or what it takes. It holds data::JsonTreeBytesMax(body) meanwhile at most,
// and so much is what comes of it.
Result<ports::DecisionRequest> ParseDecision(const std::string& service, std::string_view body);

}  // namespace freshet::doors::http
