#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/create_partitions.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::CreatePartitionsRequest::CreatePartitionsTopic;
using Answer = wire::CreatePartitionsResponse::CreatePartitionsTopicResult;

Error CheckAssignments(const Room& room, const data::Topic& topic, const Wanted& wanted) {
  if (!wanted.assignments) return Error::kNone;
  if (static_cast<int32_t>(wanted.assignments->size()) != wanted.count - topic.partitions) return Error::kInvalidReplicaAssignment;
  for (const auto& assignment : *wanted.assignments) {
    if (assignment.broker_ids != std::vector<int32_t>{room.options.node_id}) return Error::kInvalidReplicaAssignment;
  }
  return Error::kNone;
}

Task<Answer> Grow(Ctx ctx, Room& room, const Call& call, const wire::CreatePartitionsRequest& request, const Wanted& wanted) {
  Answer answer;
  answer.name = wanted.name;
  auto topic = room.ports.topics.Find(wanted.name);
  if (topic == nullptr) {
    answer.error_code = Number(Error::kUnknownTopicOrPartition);
    co_return answer;
  }
  if (data::IsInternalTopic(topic->name)) {
    answer.error_code = Number(Error::kInvalidTopic);
    answer.error_message = "topics that begin with __ are the house's own";
    co_return answer;
  }
  if (wanted.count <= topic->partitions) {
    answer.error_code = Number(Error::kInvalidPartitions);
    answer.error_message = StrCat("the topic has ", topic->partitions, " partitions; the new total must be higher");
    co_return answer;
  }
  answer.error_code = Number(CheckAssignments(room, *topic, wanted));
  if (answer.error_code != 0) co_return answer;
  auto add = InTime(room, call, UntilOf(call, request.timeout_ms), room.ports.topics.AddPartitions(ctx, std::string(wanted.name), wanted.count, request.validate_only));
  auto grown = co_await add;
  if (!grown.ok()) {
    answer.error_code = Number(ErrorOfGrowth(grown.code()));
    answer.error_message = grown.fault().message();
  }
  co_return answer;
}

}  // namespace

Task<wire::CreatePartitionsResponse> CreatePartitions(Ctx ctx, Room& room, const Call& call, const wire::CreatePartitionsRequest& request) {
  wire::CreatePartitionsResponse response;
  for (const auto& wanted : request.topics) {
    CO_ASSIGN_OR_RETURN(auto answer, Grow(ctx, room, call, request, wanted));
    response.results.push_back(std::move(answer));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
