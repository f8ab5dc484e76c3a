#include <set>

#include "data/topic.h"
#include "doors/kafka/operations.h"
#include "doors/kafka/requests.h"
#include "wire/kafka/messages/metadata.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::MetadataRequest::MetadataRequestTopic;
using Answer = wire::MetadataResponse::MetadataResponseTopic;

constexpr int kMadeMax = 100;                // topics that one request makes, one after another …
constexpr Duration kMakingMax = Seconds(5);  // … for so long: whoever still waits asks again for the rest, whoever has gone makes no more

Answer Refusal(const Wanted& wanted, Error error) {
  Answer answer;
  answer.error_code = Number(error);
  answer.name.reset();
  if (wanted.name) answer.name.emplace(*wanted.name);
  answer.topic_id = wanted.topic_id;
  return answer;
}

Answer Describe(const Room& room, const data::Topic& topic, bool tells_operations) {
  Answer answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.is_internal = data::IsInternalTopic(topic.name);
  if (tells_operations) answer.topic_authorized_operations = kTopicOperations;
  for (int32_t i = 0; i < topic.partitions; ++i) {
    auto& partition = answer.partitions.emplace_back();
    partition.partition_index = i;
    partition.leader_id = room.options.node_id;
    partition.leader_epoch = 0;
    partition.replica_nodes = {room.options.node_id};
    partition.isr_nodes = {room.options.node_id};
  }
  return answer;
}

// A topic that is asked for and missing is made, when the client and the house both allow it.
Task<Answer> CreateOnRequest(Ctx ctx, Room& room, Wanted wanted, bool tells_operations) {
  ports::TopicSpec spec{.name = std::string(*wanted.name), .partitions = -1, .configs = {}};
  auto create = room.ports.topics.Create(ctx, std::move(spec), false);
  auto created = co_await create;
  if (created.ok()) co_return Describe(room, **created, tells_operations);
  auto topic = room.ports.topics.Find(*wanted.name);  // somebody else was faster
  if (topic != nullptr) co_return Describe(room, *topic, tells_operations);
  if (created.code() == Code::kInvalid) co_return Refusal(wanted, Error::kInvalidTopic);
  co_return Refusal(wanted, ErrorOfGrowth(created.code()));
}

Task<Answer> Look(Ctx ctx, Room& room, Wanted wanted, bool may_create, bool tells_operations, int* made) {
  if (!wanted.name) {
    auto topic = room.ports.topics.FindById(wanted.topic_id);
    if (topic == nullptr) co_return Refusal(wanted, Error::kUnknownTopicId);
    co_return Describe(room, *topic, tells_operations);
  }
  auto topic = room.ports.topics.Find(*wanted.name);
  if (topic != nullptr) co_return Describe(room, *topic, tells_operations);
  if (!data::CheckTopicName(*wanted.name).ok()) co_return Refusal(wanted, Error::kInvalidTopic);
  if (!may_create || data::IsInternalTopic(*wanted.name)) co_return Refusal(wanted, Error::kUnknownTopicOrPartition);
  ++*made;
  auto create = CreateOnRequest(ctx, room, wanted, tells_operations);
  co_return co_await create;
}

}  // namespace

Task<wire::MetadataResponse> Metadata(Ctx ctx, Room& room, const Call& call, const wire::MetadataRequest& request) {
  wire::MetadataResponse response;
  response.brokers.push_back({room.options.node_id, room.host, room.port, std::nullopt});
  response.cluster_id = room.options.cluster_id;
  response.controller_id = room.options.node_id;
  if (request.include_cluster_authorized_operations) response.cluster_authorized_operations = kClusterOperations;
  bool tells_operations = request.include_topic_authorized_operations;
  bool all = !request.topics || (call.header.version == 0 && request.topics->empty());
  if (all) {
    for (const auto& topic : room.ports.topics.List()) response.topics.push_back(Describe(room, *topic, tells_operations));
    co_return response;
  }
  bool may_create = room.options.auto_create_topics && request.allow_auto_topic_creation;
  std::set<std::string_view> named;  // a topic that is asked for often is told once
  MonoTime make_until = room.env.clock().Now() + kMakingMax;
  int made = 0;
  for (const Wanted& wanted : *request.topics) {
    if (!named.insert(wanted.name ? *wanted.name : wanted.topic_id.view()).second) continue;
    may_create = may_create && made < kMadeMax && room.env.clock().Now() < make_until;
    CO_ASSIGN_OR_RETURN(auto answer, Look(ctx, room, wanted, may_create, tells_operations, &made));
    response.topics.push_back(std::move(answer));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
