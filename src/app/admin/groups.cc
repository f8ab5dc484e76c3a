#include "app/admin/groups.h"

#include "app/admin/assignment.h"
#include "wire/kafka/messages/delete_groups.h"
#include "wire/kafka/messages/describe_groups.h"
#include "wire/kafka/messages/find_coordinator.h"
#include "wire/kafka/messages/list_groups.h"
#include "wire/kafka/messages/offset_delete.h"
#include "wire/kafka/messages/offset_fetch.h"

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;
using Kind = Table::Kind;

constexpr int16_t kGroupIdNotFound = 69;
constexpr std::string_view kDead = "Dead";
constexpr int kTriesMax = 60;
constexpr Duration kPause = Milliseconds(250);

using Description = wire::DescribeGroupsResponse::DescribedGroup;

// The error of whether the broker coordinates the group.
Task<int16_t> CoordinatorError(Broker& broker, std::string group) {
  wire::FindCoordinatorRequest request{.key = group};
  request.coordinator_keys.push_back(group);
  auto ask = broker.Ask<wire::FindCoordinatorResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  int16_t error = answer->error_code;
  for (const auto& coordinator : answer->coordinators) error = coordinator.error_code;
  co_return error;
}

Task<Description> AskedOnce(Broker& broker, std::string group) {
  Description found;
  CO_ASSIGN_OR_RETURN(found.error_code, CoordinatorError(broker, group));
  if (found.error_code != 0) co_return found;
  wire::DescribeGroupsRequest request;
  request.groups.push_back(group);
  auto ask = broker.Ask<wire::DescribeGroupsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  if (answer->groups.size() != 1) co_return Fault::Corrupt(GroupNamed(group), ": the broker describes ", answer->groups.size(), " groups where one was asked for");
  co_return std::move(answer->groups[0]);
}

// "Dead", without members, when there is none.
Task<Description> Described(Broker& broker, std::string group) {
  CO_ASSIGN_OR_RETURN(Description found, AskedOnce(broker, group));
  for (int tries = 1; PassesByItself(found.error_code) && tries < kTriesMax; ++tries) {
    CO_RETURN_NOT_OK(broker.Pause(kPause));
    CO_ASSIGN_OR_RETURN(found, AskedOnce(broker, group));
  }
  if (found.error_code == kGroupIdNotFound) {
    found.error_code = 0;
    found.group_state = kDead;
  }
  Status told = FromKafkaError(found.error_code, GroupNamed(group), found.error_message.value_or(""));
  if (!told.ok()) co_return told;
  co_return found;
}

Fault NoGroup(std::string_view group) { return Fault::NotFound(GroupNamed(group), " does not exist; freshet groups list shows all"); }

template <typename Topics>
void TakeCommitted(const Topics& topics, PlaceOffsets& committed) {
  for (const auto& topic : topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.committed_offset >= 0) committed[{topic.name, partition.partition_index}] = partition.committed_offset;
    }
  }
}

// Which member reads a place.
std::map<Place, std::string> ReadersOf(const Description& group) {
  std::map<Place, std::string> readers;
  if (group.protocol_type != kConsumerProtocol) return readers;
  for (const auto& member : group.members) {
    for (const Place& place : ParseAssignment(member.member_assignment).value_or(Places())) readers[place] = member.member_id;
  }
  return readers;
}

Task<> AddLag(Broker& broker, std::string group, Table* table) {
  CO_ASSIGN_OR_RETURN(auto described, Described(broker, group));
  CO_ASSIGN_OR_RETURN(PlaceOffsets committed, CommittedOffsets(broker, group));
  auto readers = ReadersOf(described);
  Places places;
  for (const auto& [place, offset] : committed) places.insert(place);
  for (const auto& [place, member] : readers) places.insert(place);
  if (places.empty() && described.group_state == kDead) co_return NoGroup(group);
  CO_ASSIGN_OR_RETURN(PlaceOffsets ends, FindOffsets(broker, places, kLatest));
  for (const Place& place : places) {
    auto at = committed.find(place);
    auto end = ends.find(place);
    auto reader = readers.find(place);
    Table::Cell at_cell, end_cell, lag, member;
    if (at != committed.end()) at_cell = StrCat(at->second);
    if (end != ends.end()) end_cell = StrCat(end->second);
    if (at_cell && end_cell) lag = StrCat(std::max<int64_t>(0, end->second - at->second));
    if (reader != readers.end()) member = reader->second;
    table->Add({group, place.first, StrCat(place.second), at_cell, end_cell, lag, member});
  }
  co_return Status::Ok();
}

// Of a place that is named, whose topic is named without partitions, or when nothing is named.
bool IsWanted(const Place& place, const std::vector<TopicPartitions>& wanted) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&place](const TopicPartitions& one) { return one.topic == place.first && (one.partitions.empty() || one.partitions.contains(place.second)); });
}

}  // namespace

std::string GroupNamed(std::string_view group) { return StrCat("group '", group, "'"); }

Task<std::string> StateOf(Broker& broker, std::string group) {
  CO_ASSIGN_OR_RETURN(auto described, Described(broker, std::move(group)));
  co_return described.group_state;
}

Task<PlaceOffsets> CommittedOffsets(Broker& broker, std::string group) {
  wire::OffsetFetchRequest request{.group_id = group, .topics = std::nullopt};
  auto& wanted = request.groups.emplace_back();
  wanted.group_id = group;
  wanted.topics.reset();
  auto ask = broker.Ask<wire::OffsetFetchResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  PlaceOffsets committed;
  Status told = FromKafkaError(answer->error_code, GroupNamed(group));
  if (!told.ok()) co_return told;
  TakeCommitted(answer->topics, committed);
  for (const auto& found : answer->groups) {
    if (found.error_code == kGroupIdNotFound) continue;
    told = FromKafkaError(found.error_code, GroupNamed(group));
    if (!told.ok()) co_return told;
    TakeCommitted(found.topics, committed);
  }
  co_return committed;
}

Task<std::vector<std::string>> GroupNames(Broker& broker) {
  auto ask = broker.Ask<wire::ListGroupsResponse>(wire::ListGroupsRequest{});
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Status told = FromKafkaError(answer->error_code, "the list of groups");
  if (!told.ok()) co_return told;
  std::vector<std::string> names;
  for (const auto& group : answer->groups) names.push_back(group.group_id);
  std::sort(names.begin(), names.end());
  co_return names;
}

Task<Table> ListGroups(Broker& broker) {
  auto ask = broker.Ask<wire::ListGroupsResponse>(wire::ListGroupsRequest{});
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Status told = FromKafkaError(answer->error_code, "the list of groups");
  if (!told.ok()) co_return told;
  auto& groups = answer->groups;
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.group_id < b.group_id; });
  Table table({{"group"}, {"state"}, {"protocol"}});
  for (const auto& group : groups) {
    Table::Cell state, protocol;
    if (!group.group_state.empty()) state = group.group_state;  // older brokers do not say
    if (!group.protocol_type.empty()) protocol = group.protocol_type;
    table.Add({group.group_id, state, protocol});
  }
  co_return table;
}

Task<Table> DescribeGroup(Broker& broker, std::string group) {
  CO_ASSIGN_OR_RETURN(auto found, Described(broker, group));
  if (found.group_state == kDead) co_return NoGroup(group);
  Table table({{"group"}, {"state"}, {"member"}, {"instance"}, {"client"}, {"host"}, {"reads"}});
  for (const auto& member : found.members) {
    bool is_consumer = found.protocol_type == kConsumerProtocol;
    std::string reads = is_consumer ? ShowAssignment(member.member_assignment) : StrCat(member.member_assignment.size(), " bytes");
    table.Add({group, found.group_state, member.member_id, member.group_instance_id, member.client_id, member.client_host, std::move(reads)});
  }
  if (found.members.empty()) table.Add({group, found.group_state, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt});
  co_return table;
}

Task<Table> GroupLag(Broker& broker, std::vector<std::string> groups) {
  Table table({{"group"}, {"topic"}, {"partition", Kind::kNumber}, {"committed", Kind::kNumber}, {"end", Kind::kNumber}, {"lag", Kind::kNumber}, {"member"}});
  for (const std::string& group : groups) {
    CO_RETURN_NOT_OK(AddLag(broker, group, &table));
  }
  co_return table;
}

Task<> DeleteGroup(Broker& broker, std::string group) {
  CO_RETURN_NOT_OK(StateOf(broker, group));
  wire::DeleteGroupsRequest request;
  request.groups_names.push_back(group);
  auto ask = broker.Ask<wire::DeleteGroupsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  for (const auto& result : answer->results) {
    if (result.error_code == kGroupIdNotFound) co_return NoGroup(group);
    Status told = FromKafkaError(result.error_code, GroupNamed(group));
    if (!told.ok()) co_return told;
  }
  co_return Status::Ok();
}

Task<Table> DeleteGroupOffsets(Broker& broker, std::string group, std::vector<TopicPartitions> wanted) {
  CO_RETURN_NOT_OK(StateOf(broker, group));
  CO_ASSIGN_OR_RETURN(PlaceOffsets committed, CommittedOffsets(broker, group));
  std::erase_if(committed, [&wanted](const auto& entry) { return !IsWanted(entry.first, wanted); });
  if (committed.empty()) co_return Fault::NotFound(GroupNamed(group), " has committed nothing there; freshet groups lag shows what it has");
  wire::OffsetDeleteRequest request{.group_id = group};
  for (const auto& [place, offset] : committed) {
    if (request.topics.empty() || request.topics.back().name != place.first) request.topics.emplace_back().name = place.first;
    request.topics.back().partitions.emplace_back().partition_index = place.second;
  }
  auto ask = broker.Ask<wire::OffsetDeleteResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Status told = FromKafkaError(answer->error_code, GroupNamed(group));
  if (!told.ok()) co_return told;
  Table table({{"group"}, {"topic"}, {"partition", Kind::kNumber}, {"deleted", Kind::kFlag}});
  for (const auto& topic : answer->topics) {
    for (const auto& partition : topic.partitions) {
      Status done = FromKafkaError(partition.error_code, StrCat(GroupNamed(group), ", ", TopicNamed(topic.name), " partition ", partition.partition_index));
      table.Add({group, topic.name, StrCat(partition.partition_index), StrCat(done.ok())});
      if (!done.ok()) table.Fail(done.fault().message());
    }
  }
  co_return table;
}

}  // namespace freshet::app
