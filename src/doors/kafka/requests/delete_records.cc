#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/delete_records.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::DeleteRecordsResponse::DeleteRecordsPartitionResult;

constexpr int64_t kUpToTheEnd = -1;

// The offset to trim to: as given, or the high watermark.
Task<data::Offset> ResolveEnd(Ctx ctx, Room& room, data::PartitionKey key, int64_t offset) {
  if (offset != kUpToTheEnd) co_return data::Offset(offset);
  CO_ASSIGN_OR_RETURN(auto bounds, room.ports.log.Bounds(ctx, key));
  co_return bounds.end;
}

Task<data::Offset> TrimTo(Ctx ctx, Room& room, data::PartitionKey key, int64_t offset) {
  CO_ASSIGN_OR_RETURN(auto before, ResolveEnd(ctx, room, key, offset));
  auto trim = room.ports.log.Trim(ctx, key, before);
  co_return co_await trim;
}

}  // namespace

Task<wire::DeleteRecordsResponse> DeleteRecords(Ctx ctx, Room& room, const Call& call, const wire::DeleteRecordsRequest& request) {
  wire::DeleteRecordsResponse response;
  for (const auto& wanted : request.topics) {
    auto topic = room.ports.topics.Find(wanted.name);
    wire::DeleteRecordsResponse::DeleteRecordsTopicResult answers;
    answers.name = wanted.name;
    for (const auto& partition : wanted.partitions) {
      Answer answer;
      answer.partition_index = partition.partition_index;
      answer.low_watermark = -1;
      if (topic == nullptr || partition.partition_index < 0 || partition.partition_index >= topic->partitions) {
        answer.error_code = Number(Error::kUnknownTopicOrPartition);
      } else if (data::IsInternalTopic(topic->name)) {
        answer.error_code = Number(Error::kInvalidTopic);
      } else if (partition.offset < kUpToTheEnd) {
        answer.error_code = Number(Error::kOffsetOutOfRange);
      } else {
        data::PartitionKey key{topic->id, data::PartitionId(partition.partition_index)};
        auto trim = InTime(room, call, UntilOf(call, request.timeout_ms), TrimTo(ctx, room, key, partition.offset));
        auto start = co_await trim;
        if (start.ok()) answer.low_watermark = start->get();
        else answer.error_code = ErrorNumber(start.fault());
      }
      answers.partitions.push_back(answer);
    }
    response.topics.push_back(std::move(answers));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
