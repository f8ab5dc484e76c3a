#pragma once

#include <map>
#include <set>
#include <string>

#include "app/admin/broker.h"

namespace freshet::app {

// A topic and one of its partitions.
using Place = std::pair<std::string, int32_t>;
using Places = std::set<Place>;
using PlaceOffsets = std::map<Place, int64_t>;

// Times that mean something else in ListOffsets.
inline constexpr int64_t kLatest = -1;
inline constexpr int64_t kEarliest = -2;

std::string TopicNamed(std::string_view topic);

// Every partition of a topic that exists, with the broker that leads it.
Task<std::map<int32_t, int32_t>> LeadersOf(Broker& broker, std::string topic);

// The first offset at or after the time; −1 where no record is. Places of topics that do not exist are left out.
Task<PlaceOffsets> FindOffsets(Broker& broker, Places places, int64_t time_ms);

}  // namespace freshet::app
