#pragma once

#include <functional>
#include <string_view>

#include "data/record_batch.h"
#include "ports/event_log.h"
#include "ports/topics.h"

// Topics in which this room keeps its state.

namespace freshet::coordinators {

// The topic by its name, made when it is not there: the newest record of each key is kept for ever.
Task<ports::Topics::Ref> OpenTopic(ports::Topics& topics, std::string name, int32_t partitions);

// The partition of a name. It depends on neither the number of loops nor a library's hash: it stays when they change.
data::PartitionKey PartitionOf(const data::Topic& topic, std::string_view name);

// Every record of a partition, in order, by itself.
Task<> ReadPartition(ports::EventLog& log, data::PartitionKey partition, std::function<Status(const data::Record&)> take);

}  // namespace freshet::coordinators
