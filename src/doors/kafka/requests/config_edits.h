#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doors/kafka/requests.h"

namespace freshet::doors::kafka {

// How a change of one resource's configs ended. The two requests for it differ in how they say what they want.
struct Altered {
  Error error = Error::kNone;
  std::string message;
};

// Only topics have configs that change while the house runs: anything else is refused, and said why.
Altered CheckAlterable(const Room& room, int8_t resource_type, std::string_view name);
Task<Altered> AlterTopic(Ctx ctx, Room& room, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only);

}  // namespace freshet::doors::kafka
