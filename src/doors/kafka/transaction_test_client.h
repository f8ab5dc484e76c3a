#pragma once

#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/add_partitions_to_txn.h"
#include "wire/kafka/messages/end_txn.h"
#include "wire/kafka/messages/init_producer_id.h"

namespace freshet::doors::kafka {

// A producer with transactional id "t", as the tests of transactions drive it.
struct Producer {
  data::ProducerId id;
  data::ProducerEpoch epoch;
  int32_t sequence = 0;

  std::string Next(std::string_view value) {
    return Batch(value, {.producer_id = id, .producer_epoch = epoch, .transactional = true}, data::Sequence(sequence++));
  }
};

inline Task<Producer> Init(TestClient& client, int version = 4) {
  wire::InitProducerIdRequest request{.transactional_id = "t", .transaction_timeout_ms = 60000};
  CO_ASSIGN_OR_RETURN(auto inited, client.Ask<wire::InitProducerIdResponse>(request, version));
  EXPECT_EQ(inited.error_code, 0);
  co_return Producer{data::ProducerId(inited.producer_id), data::ProducerEpoch(inited.producer_epoch)};
}

inline Task<int16_t> Add(TestClient& client, const Producer& producer, std::string_view topic, int version = 3) {
  wire::AddPartitionsToTxnRequest request;
  request.v3_and_below_transactional_id = "t";
  request.v3_and_below_producer_id = producer.id.get();
  request.v3_and_below_producer_epoch = producer.epoch.get();
  auto& wanted = request.v3_and_below_topics.emplace_back();
  wanted.name = topic;
  wanted.partitions.push_back(0);
  CO_ASSIGN_OR_RETURN(auto added, client.Ask<wire::AddPartitionsToTxnResponse>(request, version));
  co_return added.results_by_topic_v3_and_below.at(0).results_by_partition.at(0).partition_error_code;
}

inline Task<int16_t> End(TestClient& client, const Producer& producer, bool commit, int version = 3) {
  wire::EndTxnRequest request{.transactional_id = "t", .producer_id = producer.id.get(), .producer_epoch = producer.epoch.get(), .committed = commit};
  CO_ASSIGN_OR_RETURN(auto ended, client.Ask<wire::EndTxnResponse>(request, version));
  co_return ended.error_code;
}

}  // namespace freshet::doors::kafka
