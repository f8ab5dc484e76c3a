#pragma once

#include <string>
#include <vector>

#include "app/admin/broker.h"
#include "app/admin/partitions.h"
#include "app/admin/table.h"

// What `freshet groups` asks a broker.

namespace freshet::app {

std::string GroupNamed(std::string_view group);

// "Empty", "Stable", …; "Dead" when there is no such group. Asked first by every verb of a group: a broker that has never had one makes room for them
// then, and this waits until it has.
Task<std::string> StateOf(Broker& broker, std::string group);
// Where the group has committed.
Task<PlaceOffsets> CommittedOffsets(Broker& broker, std::string group);

Task<Table> ListGroups(Broker& broker);
// A row for each member.
Task<Table> DescribeGroup(Broker& broker, std::string group);
// A row for each partition that a group has committed or that a member reads: where the group stands, where the partition ends, what is between.
Task<Table> GroupLag(Broker& broker, std::vector<std::string> groups);
Task<std::vector<std::string>> GroupNames(Broker& broker);
Task<> DeleteGroup(Broker& broker, std::string group);

// A topic, and some of its partitions; none named: all of them.
struct TopicPartitions {
  std::string topic;
  std::set<int32_t> partitions;
};
// Takes back what the group has committed there; everywhere when nothing is named.
Task<Table> DeleteGroupOffsets(Broker& broker, std::string group, std::vector<TopicPartitions> wanted);

}  // namespace freshet::app
