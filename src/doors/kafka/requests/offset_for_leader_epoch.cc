#include "doors/kafka/requests.h"
#include "wire/kafka/messages/offset_for_leader_epoch.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::OffsetForLeaderEpochRequest::OffsetForLeaderPartition;
using Answer = wire::OffsetForLeaderEpochResponse::EpochEndOffset;

// One node leads from the first record to the last: the present epoch ends at the high watermark, and there is
// no other.
Task<Answer> EndOf(Ctx ctx, Room& room, data::PartitionKey key, const Wanted& wanted) {
  Answer answer;
  answer.partition = wanted.partition;
  auto look = room.ports.log.Bounds(ctx, key);
  auto bounds = co_await look;
  if (!bounds.ok()) {
    answer.error_code = ErrorNumber(bounds.fault());
    co_return answer;
  }
  int32_t epoch = bounds->leader_epoch.get();
  answer.error_code = Number(CheckLeaderEpoch(wanted.current_leader_epoch, bounds->leader_epoch));
  if (answer.error_code != 0 || wanted.leader_epoch > epoch) co_return answer;
  answer.leader_epoch = epoch;
  answer.end_offset = bounds->end.get();
  co_return answer;
}

}  // namespace

Task<wire::OffsetForLeaderEpochResponse> OffsetForLeaderEpoch(Ctx ctx, Room& room, const Call&,
                                                              const wire::OffsetForLeaderEpochRequest& request) {
  wire::OffsetForLeaderEpochResponse response;
  for (const auto& wanted : request.topics) {
    auto topic = room.ports.topics.Find(wanted.topic);
    wire::OffsetForLeaderEpochResponse::OffsetForLeaderTopicResult answers;
    answers.topic = wanted.topic;
    for (const auto& partition : wanted.partitions) {
      if (topic == nullptr || partition.partition < 0 || partition.partition >= topic->partitions) {
        auto& answer = answers.partitions.emplace_back();
        answer.partition = partition.partition;
        answer.error_code = Number(Error::kUnknownTopicOrPartition);
        continue;
      }
      data::PartitionKey key{topic->id, data::PartitionId(partition.partition)};
      CO_ASSIGN_OR_RETURN(auto answer, EndOf(ctx, room, key, partition));
      answers.partitions.push_back(answer);
    }
    response.topics.push_back(std::move(answers));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
