#pragma once

#include <vector>

#include "doors/kafka/requests.h"

namespace freshet::doors::kafka {

// What a broker obeys, under the names that Kafka's tools know, each with the value that holds here; sorted by name. What a topic
// obeys unless it says otherwise stands here under its broker's name, too.
std::vector<BrokerConfig> BrokerConfigsOf(const Room& room);

}  // namespace freshet::doors::kafka
