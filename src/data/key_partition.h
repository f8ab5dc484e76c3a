#pragma once

#include <string_view>

#include "data/ids.h"

namespace freshet::data {

// Which partition a key belongs to: murmur2, as Kafka's clients hash keys, so that our rows stand where theirs do.
PartitionId PartitionOfKey(std::string_view key, int32_t partitions);

}  // namespace freshet::data
