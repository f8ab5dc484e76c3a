#include <set>

#include "data/topic.h"
#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/create_topics.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::CreateTopicsRequest::CreatableTopic;
using Answer = wire::CreateTopicsResponse::CreatableTopicResult;

struct Refusal {
  Error error = Error::kNone;
  std::string message;
};

Answer Refuse(const Wanted& wanted, Refusal refusal) {
  Answer answer;
  answer.name = wanted.name;
  answer.error_code = Number(refusal.error);
  if (!refusal.message.empty()) answer.error_message = std::move(refusal.message);
  return answer;
}

// Who names replicas by hand may name this node only, for partitions 0, 1, 2 …
Refusal CheckAssignments(const Room& room, const Wanted& wanted) {
  if (wanted.assignments.empty()) return {};
  if (wanted.num_partitions != -1 || wanted.replication_factor != -1) {
    return {Error::kInvalidRequest, "with assignments, partitions and replication factor must be -1"};
  }
  std::set<int32_t> seen;
  for (const auto& assignment : wanted.assignments) {
    bool ours = assignment.broker_ids == std::vector<int32_t>{room.options.node_id};
    if (!ours) return {Error::kInvalidReplicaAssignment, StrCat("the only broker is ", room.options.node_id)};
    seen.insert(assignment.partition_index);
  }
  auto count = static_cast<int32_t>(wanted.assignments.size());
  if (static_cast<int32_t>(seen.size()) != count || *seen.begin() != 0 || *seen.rbegin() != count - 1) {
    return {Error::kInvalidReplicaAssignment, "partitions must be numbered from 0 without gaps"};
  }
  return {};
}

Refusal Check(const Room& room, const Wanted& wanted) {
  if (auto name = data::CheckTopicName(wanted.name); !name.ok()) return {Error::kInvalidTopic, name.fault().message()};
  if (data::IsInternalTopic(wanted.name)) return {Error::kInvalidTopic, "topics that begin with __ are the house's own"};
  if (wanted.num_partitions == 0 || wanted.num_partitions < -1) {
    return {Error::kInvalidPartitions, "a topic needs at least one partition"};
  }
  if (wanted.replication_factor != -1 && wanted.replication_factor != 1) {
    return {Error::kInvalidReplicationFactor, "one broker keeps one copy: replication factor must be 1 or -1"};
  }
  return CheckAssignments(room, wanted);
}

ports::TopicSpec SpecOf(const Wanted& wanted) {
  ports::TopicSpec spec;
  spec.name = wanted.name;
  spec.partitions = wanted.assignments.empty() ? wanted.num_partitions : static_cast<int32_t>(wanted.assignments.size());
  for (const auto& config : wanted.configs) {
    if (config.value) spec.configs.emplace(config.name, *config.value);
  }
  return spec;
}

Answer Describe(const Room& room, const data::Topic& topic) {
  Answer answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.num_partitions = topic.partitions;
  answer.replication_factor = 1;
  for (const auto& entry : room.ports.topics.DescribeConfigs(topic)) {
    constexpr int8_t kTopicSource = 1, kDefaultSource = 5;
    auto& config = answer.configs->emplace_back();
    config.name = entry.name;
    config.value = entry.value;
    config.config_source = entry.source == ports::ConfigSource::kTopic ? kTopicSource : kDefaultSource;
  }
  return answer;
}

Task<Answer> CreateOne(Ctx ctx, Room& room, const Call& call, const wire::CreateTopicsRequest& request, const Wanted& wanted) {
  Refusal refusal = Check(room, wanted);
  if (refusal.error != Error::kNone) co_return Refuse(wanted, std::move(refusal));
  auto create = InTime(room, call, UntilOf(call, request.timeout_ms), room.ports.topics.Create(ctx, SpecOf(wanted), request.validate_only));
  auto topic = co_await create;
  if (topic.ok()) co_return Describe(room, **topic);
  // The name was checked before; what is left to be invalid is a config.
  Error error = topic.code() == Code::kInvalid ? Error::kInvalidConfig : ErrorOfGrowth(topic.code());
  co_return Refuse(wanted, {error, topic.fault().message()});
}

}  // namespace

Task<wire::CreateTopicsResponse> CreateTopics(Ctx ctx, Room& room, const Call& call, const wire::CreateTopicsRequest& request) {
  std::multiset<std::string_view> names;
  for (const auto& wanted : request.topics) names.insert(wanted.name);
  wire::CreateTopicsResponse response;
  for (const auto& wanted : request.topics) {
    if (names.count(wanted.name) > 1) {
      response.topics.push_back(Refuse(wanted, {Error::kInvalidRequest, "the request names this topic more than once"}));
      continue;
    }
    CO_ASSIGN_OR_RETURN(auto answer, CreateOne(ctx, room, call, request, wanted));
    response.topics.push_back(std::move(answer));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
