#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/admin/broker.h"
#include "app/admin/table.h"

// What `freshet topics` asks a broker.

namespace freshet::app {

struct ConfigWish {
  std::string name;
  std::optional<std::string> value;  // none: the default again
};
struct TopicWish {
  int32_t partitions = -1;           // −1: the broker's default, or as they are
  std::vector<ConfigWish> configs;
};

Task<Table> ListTopics(Broker& broker);
// A row for each partition.
Task<Table> DescribeTopic(Broker& broker, std::string name);
// Every config, with where its value is from.
Task<Table> DescribeTopicConfigs(Broker& broker, std::string name);
Task<> CreateTopic(Broker& broker, std::string name, TopicWish wish);
// Nothing is changed when any of it is refused.
Task<> AlterTopic(Broker& broker, std::string name, TopicWish wish);
// A row for each topic. What is refused fails the table, and keeps nothing else from being deleted.
Task<Table> DeleteTopics(Broker& broker, std::set<std::string> names);

}  // namespace freshet::app
