#include "doors/kafka/in_time.h"
#include "wire/kafka/messages/add_partitions_to_txn.h"

namespace freshet::doors::kafka {
namespace {

constexpr int16_t kFirstThatKnowsFenced = 2;

Error CheckPartition(const data::Topic* topic, int32_t partition) {
  if (topic == nullptr || partition < 0 || partition >= topic->partitions) return Error::kUnknownTopicOrPartition;
  return data::IsInternalTopic(topic->name) ? Error::kInvalidTopic : Error::kNone;
}

}  // namespace

// All partitions of a request, or none: where one cannot be, the others were not attempted.
Task<wire::AddPartitionsToTxnResponse> AddPartitionsToTxn(Ctx ctx, Room& room, const Call& call, const wire::AddPartitionsToTxnRequest& request) {
  std::vector<data::PartitionKey> partitions;
  std::vector<std::vector<Error>> errors;
  bool all_known = true;
  for (const auto& wanted : request.v3_and_below_topics) {
    auto topic = room.ports.topics.Find(wanted.name);
    auto& here = errors.emplace_back();
    for (int32_t partition : wanted.partitions) {
      here.push_back(CheckPartition(topic.get(), partition));
      if (here.back() == Error::kNone) partitions.push_back({topic->id, data::PartitionId(partition)});
      else all_known = false;
    }
  }
  Error outcome = Error::kOperationNotAttempted;
  if (all_known) {
    ports::TransactionCaller caller{std::string(request.v3_and_below_transactional_id), data::ProducerId(request.v3_and_below_producer_id),
                                    data::ProducerEpoch(request.v3_and_below_producer_epoch)};
    auto run = InTime(room, call, call.arrived + kStoringPatience, room.ports.transactions.AddPartitions(ctx, std::move(caller), std::move(partitions)));
    auto added = co_await run;
    outcome = TransactionErrorOf(added, call.header.version >= kFirstThatKnowsFenced ? Error::kProducerFenced : Error::kInvalidProducerEpoch);
  }
  wire::AddPartitionsToTxnResponse response;
  for (size_t t = 0; t < errors.size(); ++t) {
    auto& answer = response.results_by_topic_v3_and_below.emplace_back();
    answer.name = request.v3_and_below_topics[t].name;
    for (size_t p = 0; p < errors[t].size(); ++p) {
      Error error = errors[t][p] == Error::kNone ? outcome : errors[t][p];
      answer.results_by_partition.push_back({request.v3_and_below_topics[t].partitions[p], Number(error)});
    }
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
