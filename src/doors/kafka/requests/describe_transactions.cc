#include <set>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_transactions.h"

namespace freshet::doors::kafka {
namespace {

using Answer = wire::DescribeTransactionsResponse::TransactionState;

// Partitions come sorted by topic; those of a topic that has gone are left out.
void FillTopics(const Room& room, const std::vector<data::PartitionKey>& partitions, Answer& answer) {
  for (const data::PartitionKey& key : partitions) {
    auto topic = room.ports.topics.FindById(key.topic);
    if (topic == nullptr) continue;
    if (answer.topics.empty() || answer.topics.back().topic != topic->name) answer.topics.emplace_back().topic = topic->name;
    answer.topics.back().partitions.push_back(key.partition.get());
  }
}

}  // namespace

Task<wire::DescribeTransactionsResponse> DescribeTransactions(Ctx ctx, Room& room, const Call&, const wire::DescribeTransactionsRequest& request) {
  wire::DescribeTransactionsResponse response;
  std::set<std::string_view> named;  // a transaction that is asked for often is told once
  for (std::string_view id : request.transactional_ids) {
    if (!named.insert(id).second) continue;
    auto run = room.ports.transactions.Describe(ctx, std::string(id));
    auto found = co_await run;
    Answer answer;
    answer.transactional_id = id;
    answer.error_code = Number(TransactionErrorOf(found.ok() ? Result<ports::TransactionError>(found->error) : found.fault(), Error::kProducerFenced));
    if (found.ok()) {
      answer.transaction_state = found->state;
      answer.transaction_timeout_ms = found->timeout_ms;
      answer.transaction_start_time_ms = found->started_ms;
      answer.producer_id = found->producer.get();
      answer.producer_epoch = found->epoch.get();
      FillTopics(room, found->partitions, answer);
    }
    response.transaction_states.push_back(std::move(answer));
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
