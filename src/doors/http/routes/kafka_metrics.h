#pragma once

#include <string>

#include "doors/http/door.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::doors::http {

// Topics, groups and their lag in Prometheus text, under the names that exporters for Kafka give them (docs/metrics.md), as they are now.
// Bounded: whole topics and whole groups are left out beyond a number of partitions, and counted.
Task<std::string> KafkaMetricsText(Ctx ctx, const HouseRooms& rooms);

}  // namespace freshet::doors::http
