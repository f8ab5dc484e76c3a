#include "doors/kafka/requests.h"
#include "wire/kafka/messages/list_offsets.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::ListOffsetsRequest::ListOffsetsPartition;
using Answer = wire::ListOffsetsResponse::ListOffsetsPartitionResponse;

// Times that are none.
constexpr int64_t kEnd = -1;
constexpr int64_t kStart = -2;
constexpr int64_t kLargestTimestamp = -3;
constexpr int64_t kLocalStart = -4;   // all our data is local
constexpr int64_t kTieredEnd = -5;    // and nothing is anywhere else

Task<Answer> Refuse(Answer answer, Error error) {
  answer.error_code = Number(error);
  co_return answer;
}

Task<Answer> AtBound(Ctx ctx, Room& room, data::PartitionKey key, Answer answer, const Wanted& wanted, int64_t which, bool committed_only) {
  auto look = room.ports.log.Bounds(ctx, key);
  auto bounds = co_await look;
  answer.error_code = bounds.ok() ? Number(CheckLeaderEpoch(wanted.current_leader_epoch, bounds->leader_epoch)) : ErrorNumber(bounds.fault());
  if (answer.error_code != 0) co_return answer;
  data::Offset end = committed_only ? bounds->last_stable : bounds->end;
  answer.offset = (which == kEnd ? end : bounds->start).get();
  answer.leader_epoch = bounds->leader_epoch.get();
  co_return answer;
}

// A reader of committed records is told of none behind the last stable offset.
Task<Answer> AtTime(Ctx ctx, Room& room, data::PartitionKey key, Answer answer, const Wanted& wanted, std::optional<int64_t> timestamp_ms, bool committed_only) {
  auto look = room.ports.log.Bounds(ctx, key);
  auto bounds = co_await look;
  auto find = room.ports.log.FindTime(ctx, key, timestamp_ms);
  auto found = co_await find;
  if (!bounds.ok() || !found.ok()) {
    answer.error_code = ErrorNumber(bounds.ok() ? found.status() : bounds.status());
    co_return answer;
  }
  answer.error_code = Number(CheckLeaderEpoch(wanted.current_leader_epoch, bounds->leader_epoch));
  if (answer.error_code != 0) co_return answer;
  if (committed_only && found->offset >= bounds->last_stable) co_return answer;
  answer.offset = found->offset.get();
  answer.timestamp = found->timestamp_ms;
  answer.leader_epoch = found->leader_epoch.get();
  co_return answer;
}

Task<Answer> One(Ctx ctx, Room& room, const data::Topic* topic, const Wanted& wanted, bool committed_only) {
  Answer answer;
  answer.partition_index = wanted.partition_index;
  bool known = topic != nullptr && wanted.partition_index >= 0 && wanted.partition_index < topic->partitions;
  if (!known) return Refuse(std::move(answer), Error::kUnknownTopicOrPartition);
  data::PartitionKey key{topic->id, data::PartitionId(wanted.partition_index)};
  switch (wanted.timestamp) {
    case kEnd:
    case kStart: return AtBound(ctx, room, key, std::move(answer), wanted, wanted.timestamp, committed_only);
    case kLocalStart: return AtBound(ctx, room, key, std::move(answer), wanted, kStart, committed_only);
    case kTieredEnd: return Refuse(std::move(answer), Error::kNone);
    case kLargestTimestamp: return AtTime(ctx, room, key, std::move(answer), wanted, std::nullopt, committed_only);
    default: break;
  }
  if (wanted.timestamp < 0) return Refuse(std::move(answer), Error::kInvalidRequest);
  return AtTime(ctx, room, key, std::move(answer), wanted, wanted.timestamp, committed_only);
}

}  // namespace

Task<wire::ListOffsetsResponse> ListOffsets(Ctx ctx, Room& room, const Call&, const wire::ListOffsetsRequest& request) {
  wire::ListOffsetsResponse response;
  for (const auto& wanted : request.topics) {
    auto topic = room.ports.topics.Find(wanted.name);
    wire::ListOffsetsResponse::ListOffsetsTopicResponse answers;
    answers.name = wanted.name;
    for (const auto& partition : wanted.partitions) {
      CO_ASSIGN_OR_RETURN(auto answer, One(ctx, room, topic.get(), partition, request.isolation_level == 1));
      answers.partitions.push_back(std::move(answer));
    }
    response.topics.push_back(std::move(answers));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
