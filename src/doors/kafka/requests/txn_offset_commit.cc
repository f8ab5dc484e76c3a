#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/txn_offset_commit.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::TxnOffsetCommitRequest::TxnOffsetCommitRequestPartition;

Error CheckPartition(const data::Topic* topic, const Wanted& wanted) {
  constexpr size_t kMetadataBytesMax = 4096;  // offset.metadata.max.bytes of Kafka
  if (topic == nullptr || wanted.partition_index < 0 || wanted.partition_index >= topic->partitions) return Error::kUnknownTopicOrPartition;
  return wanted.committed_metadata.value_or("").size() > kMetadataBytesMax ? Error::kOffsetMetadataTooLarge : Error::kNone;
}

Error OutcomeOf(const Result<ports::TransactionOffsets>& outcome) {
  if (!outcome.ok()) return TransactionErrorOf(outcome.fault(), Error::kInvalidProducerEpoch);
  if (outcome->group_error != ports::GroupError::kNone) return ErrorOf(outcome->group_error);
  return ErrorOf(outcome->error, Error::kInvalidProducerEpoch);
}

}  // namespace

Task<wire::TxnOffsetCommitResponse> TxnOffsetCommit(Ctx ctx, Room& room, const Call& call, const wire::TxnOffsetCommitRequest& request) {
  ports::TransactionCaller caller{std::string(request.transactional_id), data::ProducerId(request.producer_id), data::ProducerEpoch(request.producer_epoch)};
  ports::GroupCaller member{.group = std::string(request.group_id), .member_id = std::string(request.member_id), .generation = request.generation_id};
  if (request.group_instance_id) member.instance_id = std::string(*request.group_instance_id);
  wire::TxnOffsetCommitResponse response;
  std::vector<ports::CommittedOffset> offsets;
  for (const auto& topic : request.topics) {
    auto known = room.ports.topics.Find(topic.name);
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      Error error = CheckPartition(known.get(), partition);
      answer.partitions.push_back({partition.partition_index, Number(error)});
      if (error != Error::kNone) continue;
      offsets.push_back({std::string(topic.name), data::PartitionId(partition.partition_index), data::Offset(partition.committed_offset),
                         data::LeaderEpoch(partition.committed_leader_epoch), std::string(partition.committed_metadata.value_or(""))});
    }
  }
  auto run = InTime(room, call, call.arrived + kStoringPatience, room.ports.transactions.CommitOffsets(ctx, std::move(caller), std::move(member), std::move(offsets)));
  auto committed = co_await run;
  for (auto& topic : response.topics) {
    for (auto& partition : topic.partitions) {
      if (partition.error_code == Number(Error::kNone)) partition.error_code = Number(OutcomeOf(committed));
    }
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
