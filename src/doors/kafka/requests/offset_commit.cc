#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/offset_commit.h"

namespace freshet::doors::kafka {

Task<wire::OffsetCommitResponse> OffsetCommit(Ctx ctx, Room& room, const Call& call, const wire::OffsetCommitRequest& request) {
  constexpr size_t kMetadataBytesMax = 4096;  // offset.metadata.max.bytes of Kafka
  ports::GroupCaller caller{.group = std::string(request.group_id), .member_id = std::string(request.member_id),
                            .generation = request.generation_id_or_member_epoch};
  if (request.group_instance_id) caller.instance_id = std::string(*request.group_instance_id);
  wire::OffsetCommitResponse response;
  std::vector<ports::CommittedOffset> offsets;
  for (const auto& topic : request.topics) {
    auto known = room.ports.topics.Find(topic.name);
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      Error error = Error::kNone;
      std::string_view metadata = partition.committed_metadata.value_or("");
      if (known == nullptr || partition.partition_index < 0 || partition.partition_index >= known->partitions) error = Error::kUnknownTopicOrPartition;
      else if (metadata.size() > kMetadataBytesMax) error = Error::kOffsetMetadataTooLarge;
      else offsets.push_back({std::string(topic.name), data::PartitionId(partition.partition_index), data::Offset(partition.committed_offset),
                              data::LeaderEpoch(partition.committed_leader_epoch), std::string(metadata)});
      answer.partitions.push_back({partition.partition_index, Number(error)});
    }
  }
  auto run = InTime(room, call, call.arrived + kStoringPatience, room.ports.groups.CommitOffsets(ctx, std::move(caller), std::move(offsets)));
  auto committed = co_await run;
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) {
      if (partition.error_code == Number(Error::kNone)) partition.error_code = ErrorNumber(committed);
    }
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
