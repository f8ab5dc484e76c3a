#pragma once

#include <cstdint>

namespace freshet::doors::kafka {

// What has configs in Kafka's protocol, by its numbers. Only topics have some that change while the house runs.
enum class ConfigResource : int8_t { kTopic = 2, kBroker = 4, kBrokerLogger = 8, kClientMetrics = 16, kGroup = 32 };

inline constexpr ConfigResource kConfigResources[] = {ConfigResource::kTopic, ConfigResource::kBroker, ConfigResource::kBrokerLogger, ConfigResource::kClientMetrics,
                                                      ConfigResource::kGroup};

}  // namespace freshet::doors::kafka
