#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/admin/partitions.h"

// What a member of a group of consumers was given, in Kafka's own form: version (2), topics (4) with their partitions (4 each).

namespace freshet::app {

inline constexpr std::string_view kConsumerProtocol = "consumer";

// None when the bytes do not hold: they are any member's own. At most 100,000 places, of topics that may be called so.
std::optional<Places> ParseAssignment(std::string_view bytes);
// "clicks[1] orders[0,2]".
std::string ShowAssignment(std::string_view bytes);

}  // namespace freshet::app
