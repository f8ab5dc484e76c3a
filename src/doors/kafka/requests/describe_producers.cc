#include <set>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_producers.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::DescribeProducersResponse::PartitionResponse;

void Fill(const std::vector<ports::ProducerStanding>& standings, Answer& answer) {
  for (const ports::ProducerStanding& standing : standings) {
    auto& producer = answer.active_producers.emplace_back();
    producer.producer_id = standing.id.get();
    producer.producer_epoch = standing.epoch.get();
    producer.last_sequence = standing.last_sequence.get();
    producer.last_timestamp = standing.last_timestamp_ms;
    producer.coordinator_epoch = standing.coordinator_epoch;
    producer.current_txn_start_offset = standing.transaction_start.get();
  }
}

}  // namespace

Task<wire::DescribeProducersResponse> DescribeProducers(Ctx ctx, Room& room, const Call&, const wire::DescribeProducersRequest& request) {
  wire::DescribeProducersResponse response;
  std::set<std::pair<std::string_view, int32_t>> named;  // a partition that is asked for often is told once
  for (const auto& wanted : request.topics) {
    auto topic = room.ports.topics.Find(wanted.name);
    wire::DescribeProducersResponse::TopicResponse answers;
    answers.name = wanted.name;
    for (int32_t partition : wanted.partition_indexes) {
      if (!named.emplace(wanted.name, partition).second) continue;
      Answer answer;
      answer.partition_index = partition;
      answer.error_message.reset();
      bool is_known = topic != nullptr && partition >= 0 && partition < topic->partitions;
      if (!is_known) answer.error_code = Number(Error::kUnknownTopicOrPartition);
      else {
        auto run = room.ports.log_transactions.DescribeProducers(ctx, {topic->id, data::PartitionId(partition)});
        auto standings = co_await run;
        if (standings.ok()) Fill(*standings, answer);
        else answer.error_code = ErrorNumber(standings.fault());
      }
      answers.partitions.push_back(std::move(answer));
    }
    response.topics.push_back(std::move(answers));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
