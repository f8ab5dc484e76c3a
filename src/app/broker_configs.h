#pragma once

#include <vector>

#include "app/config.h"
#include "doors/kafka/door.h"
#include "engines/coordinators/transactions.h"

namespace freshet::app {

// What the rooms behind the Kafka door obey, under the names that Kafka's brokers have for it (DescribeConfigs).
std::vector<doors::kafka::BrokerConfig> BrokerConfigsOf(const Config& config, const coordinators::CoordinatorOptions& groups,
                                                        const coordinators::TransactionOptions& transactions);

}  // namespace freshet::app
