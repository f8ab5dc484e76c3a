#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/add_offsets_to_txn.h"
#include "wire/kafka/messages/add_partitions_to_txn.h"
#include "wire/kafka/messages/describe_producers.h"
#include "wire/kafka/messages/describe_transactions.h"
#include "wire/kafka/messages/end_txn.h"
#include "wire/kafka/messages/find_coordinator.h"
#include "wire/kafka/messages/init_producer_id.h"
#include "wire/kafka/messages/list_offsets.h"
#include "wire/kafka/messages/list_transactions.h"
#include "wire/kafka/messages/offset_fetch.h"
#include "wire/kafka/messages/txn_offset_commit.h"

namespace freshet::doors::kafka {
namespace {

struct Producer {
  data::ProducerId id;
  data::ProducerEpoch epoch;
  int32_t sequence = 0;

  std::string Next(std::string_view value) {
    return Batch(value, {.producer_id = id, .producer_epoch = epoch, .transactional = true}, data::Sequence(sequence++));
  }
};

Task<Producer> Init(TestClient& client, int version = 4) {
  wire::InitProducerIdRequest request{.transactional_id = "t", .transaction_timeout_ms = 60000};
  CO_ASSIGN_OR_RETURN(auto inited, client.Ask<wire::InitProducerIdResponse>(request, version));
  EXPECT_EQ(inited.error_code, 0);
  co_return Producer{data::ProducerId(inited.producer_id), data::ProducerEpoch(inited.producer_epoch)};
}

Task<int16_t> Add(TestClient& client, const Producer& producer, std::string_view topic, int version = 3) {
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

Task<int16_t> End(TestClient& client, const Producer& producer, bool commit, int version = 3) {
  wire::EndTxnRequest request{.transactional_id = "t", .producer_id = producer.id.get(), .producer_epoch = producer.epoch.get(), .committed = commit};
  CO_ASSIGN_OR_RETURN(auto ended, client.Ask<wire::EndTxnResponse>(request, version));
  co_return ended.error_code;
}

size_t BatchesOf(const wire::FetchResponse& response) {
  size_t batches = 0;
  for (std::string_view run : Only(response).records) {
    for (; !run.empty(); ++batches) run.remove_prefix(data::RecordBatchView::Parse(run)->bytes().size());
  }
  return batches;
}

wire::FetchRequest CommittedFrom(int64_t offset) {
  wire::FetchRequest request = FetchFrom("clicks", offset);
  request.isolation_level = 1;
  return request;
}

DOOR_TEST(ShowsCommittedReadersWhatIsDecided) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Producer producer, Init(*client));
  CO_ASSIGN_OR_RETURN(int16_t plain, ErrorOfProducing(*client, "clicks", Batch("before")));
  CO_ASSIGN_OR_RETURN(int16_t early, ErrorOfProducing(*client, "clicks", producer.Next("early")));
  producer.sequence = 0;
  CO_ASSIGN_OR_RETURN(int16_t added, Add(*client, producer, "clicks"));
  CO_ASSIGN_OR_RETURN(int16_t inside, ErrorOfProducing(*client, "clicks", producer.Next("inside")));

  CO_ASSIGN_OR_RETURN(auto open, client->Ask<wire::FetchResponse>(CommittedFrom(0), 11));
  size_t open_batches = BatchesOf(open);
  int64_t open_end = Only(open).last_stable_offset;
  CO_ASSIGN_OR_RETURN(int16_t ended, End(*client, producer, false));
  CO_ASSIGN_OR_RETURN(auto decided, client->Ask<wire::FetchResponse>(CommittedFrom(0), 11));

  EXPECT_EQ(plain, 0);
  EXPECT_EQ(early, Number(Error::kInvalidTxnState));
  EXPECT_EQ(added, 0);
  EXPECT_EQ(inside, 0);
  EXPECT_EQ(open_batches, 1u);
  EXPECT_EQ(open_end, 1);
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(BatchesOf(decided), 3u);
  EXPECT_EQ(Only(decided).last_stable_offset, 3);
  EXPECT_EQ(Only(decided).aborted_transactions->size(), 1u);
  EXPECT_EQ(Only(decided).aborted_transactions->at(0).producer_id, producer.id.get());
  EXPECT_EQ(Only(decided).aborted_transactions->at(0).first_offset, 1);
  CO_ASSIGN_OR_RETURN(auto uncommitted, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 0), 11));
  EXPECT_EQ(BatchesOf(uncommitted), 3u);
  EXPECT_FALSE(Only(uncommitted).aborted_transactions.has_value());
  co_return Status::Ok();
}

DOOR_TEST(TellsCommittedReadersOfNoOffsetThatIsOpen) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Producer producer, Init(*client));
  CO_ASSIGN_OR_RETURN(int16_t added, Add(*client, producer, "clicks"));
  CO_ASSIGN_OR_RETURN(int16_t produced, ErrorOfProducing(*client, "clicks", producer.Next("v")));
  wire::ListOffsetsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "clicks";
  topic.partitions.emplace_back().timestamp = 500;
  topic.partitions.emplace_back().timestamp = -1;

  CO_ASSIGN_OR_RETURN(auto any, client->Ask<wire::ListOffsetsResponse>(request, 5));
  int64_t at_time = any.topics.at(0).partitions.at(0).offset;
  int64_t end = any.topics.at(0).partitions.at(1).offset;
  request.isolation_level = 1;
  CO_ASSIGN_OR_RETURN(auto committed, client->Ask<wire::ListOffsetsResponse>(request, 5));

  EXPECT_EQ(added + produced, 0);
  EXPECT_EQ(at_time, 0);
  EXPECT_EQ(end, 1);
  EXPECT_EQ(committed.topics.at(0).partitions.at(0).offset, -1);
  EXPECT_EQ(committed.topics.at(0).partitions.at(1).offset, 0);
  co_return Status::Ok();
}

DOOR_TEST(FencesTheOlderOfTwoProducers) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Producer zombie, Init(*client));
  CO_ASSIGN_OR_RETURN(int16_t added, Add(*client, zombie, "clicks"));
  CO_ASSIGN_OR_RETURN(int16_t produced, ErrorOfProducing(*client, "clicks", zombie.Next("z")));
  CO_ASSIGN_OR_RETURN(Producer heir, Init(*client));

  CO_ASSIGN_OR_RETURN(int16_t late, ErrorOfProducing(*client, "clicks", zombie.Next("late")));
  CO_ASSIGN_OR_RETURN(int16_t add, Add(*client, zombie, "clicks"));
  CO_ASSIGN_OR_RETURN(int16_t add_old, Add(*client, zombie, "clicks", 1));
  CO_ASSIGN_OR_RETURN(int16_t end, End(*client, zombie, true));
  CO_ASSIGN_OR_RETURN(int16_t end_old, End(*client, zombie, true, 1));
  CO_ASSIGN_OR_RETURN(int16_t nothing, End(*client, heir, true));
  heir.id = data::ProducerId(1);
  CO_ASSIGN_OR_RETURN(int16_t foreign, End(*client, heir, true));

  EXPECT_EQ(added, 0);
  EXPECT_EQ(produced, 0);
  EXPECT_EQ(late, Number(Error::kInvalidProducerEpoch));
  EXPECT_EQ(add, Number(Error::kProducerFenced));
  EXPECT_EQ(add_old, Number(Error::kInvalidProducerEpoch));
  EXPECT_EQ(end, Number(Error::kProducerFenced));
  EXPECT_EQ(end_old, Number(Error::kInvalidProducerEpoch));
  EXPECT_EQ(nothing, Number(Error::kInvalidTxnState));
  EXPECT_EQ(foreign, Number(Error::kInvalidProducerIdMapping));
  co_return Status::Ok();
}

DOOR_TEST(RefusesATimeoutAboveTheHighest) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::InitProducerIdRequest request{.transactional_id = "t", .transaction_timeout_ms = 1 << 30};

  CO_ASSIGN_OR_RETURN(auto refused, client->Ask<wire::InitProducerIdResponse>(request, 4));

  EXPECT_EQ(refused.error_code, Number(Error::kInvalidTransactionTimeout));
  EXPECT_EQ(refused.producer_id, -1);
  co_return Status::Ok();
}

DOOR_TEST(AddsAllPartitionsOfARequestOrNone) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Producer producer, Init(*client));
  wire::AddPartitionsToTxnRequest request;
  request.v3_and_below_transactional_id = "t";
  request.v3_and_below_producer_id = producer.id.get();
  auto& known = request.v3_and_below_topics.emplace_back();
  known.name = "clicks";
  known.partitions = {0, 7};
  auto& internal = request.v3_and_below_topics.emplace_back();
  internal.name = "nowhere";
  internal.partitions = {0};

  CO_ASSIGN_OR_RETURN(auto added, client->Ask<wire::AddPartitionsToTxnResponse>(request, 3));

  EXPECT_EQ(added.results_by_topic_v3_and_below.at(0).results_by_partition.at(0).partition_error_code, Number(Error::kOperationNotAttempted));
  EXPECT_EQ(added.results_by_topic_v3_and_below.at(0).results_by_partition.at(1).partition_error_code, Number(Error::kUnknownTopicOrPartition));
  EXPECT_EQ(added.results_by_topic_v3_and_below.at(1).results_by_partition.at(0).partition_error_code, Number(Error::kUnknownTopicOrPartition));
  CO_ASSIGN_OR_RETURN(int16_t produced, ErrorOfProducing(*client, "clicks", producer.Next("v")));
  EXPECT_EQ(produced, Number(Error::kInvalidTxnState));
  co_return Status::Ok();
}

DOOR_TEST(CommitsOffsetsWithTheTransaction) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Producer producer, Init(*client));
  wire::TxnOffsetCommitRequest commit;
  commit.transactional_id = "t";
  commit.group_id = "g";
  commit.producer_id = producer.id.get();
  commit.producer_epoch = producer.epoch.get();
  commit.group_instance_id.reset();
  auto& topic = commit.topics.emplace_back();
  topic.name = "clicks";
  topic.partitions.emplace_back().committed_offset = 42;
  auto& unknown = topic.partitions.emplace_back();
  unknown.partition_index = 9;
  CO_ASSIGN_OR_RETURN(auto early, client->Ask<wire::TxnOffsetCommitResponse>(commit, 3));
  wire::AddOffsetsToTxnRequest add{.transactional_id = "t", .producer_id = producer.id.get(), .producer_epoch = producer.epoch.get(), .group_id = "g"};
  CO_ASSIGN_OR_RETURN(auto added, client->Ask<wire::AddOffsetsToTxnResponse>(add, 3));
  CO_ASSIGN_OR_RETURN(auto taken, client->Ask<wire::TxnOffsetCommitResponse>(commit, 3));
  add.group_id = "";
  CO_ASSIGN_OR_RETURN(auto nobody, client->Ask<wire::AddOffsetsToTxnResponse>(add, 3));
  CO_ASSIGN_OR_RETURN(int16_t ended, End(*client, producer, true));
  Ctx ctx;
  std::optional<std::vector<ports::CommittedOffset>> all;
  CO_ASSIGN_OR_RETURN(auto offsets, house.groups.FetchOffsets(ctx, "g", all));

  EXPECT_EQ(early.topics.at(0).partitions.at(0).error_code, Number(Error::kInvalidTxnState));
  EXPECT_EQ(added.error_code, 0);
  EXPECT_EQ(taken.topics.at(0).partitions.at(0).error_code, 0);
  EXPECT_EQ(taken.topics.at(0).partitions.at(1).error_code, Number(Error::kUnknownTopicOrPartition));
  EXPECT_EQ(nobody.error_code, Number(Error::kInvalidGroupId));
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(offsets.size(), 1u);
  EXPECT_EQ(offsets.at(0).offset, data::Offset(42));
  co_return Status::Ok();
}

DOOR_TEST(TellsWhoReadsStableOffsetsToWait) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  Ctx ctx;
  ports::GroupCaller caller;
  caller.group = "g";
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(5), .unstable = true});
  CO_RETURN_NOT_OK(house.groups.CommitOffsets(ctx, caller, offsets));
  wire::OffsetFetchRequest request;
  auto& group = request.groups.emplace_back();
  group.group_id = "g";
  group.member_id.reset();
  group.topics.reset();

  CO_ASSIGN_OR_RETURN(auto any, client->Ask<wire::OffsetFetchResponse>(request, 8));
  int64_t told = any.groups.at(0).topics.at(0).partitions.at(0).committed_offset;
  request.require_stable = true;
  CO_ASSIGN_OR_RETURN(auto stable, client->Ask<wire::OffsetFetchResponse>(request, 8));

  EXPECT_EQ(told, 5);
  EXPECT_EQ(stable.groups.at(0).topics.at(0).partitions.at(0).error_code, Number(Error::kUnstableOffsetCommit));
  EXPECT_EQ(stable.groups.at(0).topics.at(0).partitions.at(0).committed_offset, -1);
  co_return Status::Ok();
}

DOOR_TEST(DescribesWhatIsOpen) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(Producer producer, Init(*client));
  CO_ASSIGN_OR_RETURN(int16_t added, Add(*client, producer, "clicks"));
  CO_ASSIGN_OR_RETURN(int16_t produced, ErrorOfProducing(*client, "clicks", producer.Next("v")));
  wire::DescribeTransactionsRequest which;
  which.transactional_ids = {"t", "other"};
  wire::ListTransactionsRequest list;
  list.state_filters = {"Ongoing", "Nonsense"};
  wire::ListTransactionsRequest long_ones;
  long_ones.duration_filter = int64_t{1} << 60;
  wire::DescribeProducersRequest producers;
  auto& topic = producers.topics.emplace_back();
  topic.name = "clicks";
  topic.partition_indexes = {0, 9};

  CO_ASSIGN_OR_RETURN(auto described, client->Ask<wire::DescribeTransactionsResponse>(which, 0));
  CO_ASSIGN_OR_RETURN(auto listed, client->Ask<wire::ListTransactionsResponse>(list, 1));
  CO_ASSIGN_OR_RETURN(auto none, client->Ask<wire::ListTransactionsResponse>(long_ones, 1));
  CO_ASSIGN_OR_RETURN(auto here, client->Ask<wire::DescribeProducersResponse>(producers, 0));

  EXPECT_EQ(added + produced, 0);
  EXPECT_EQ(described.transaction_states.at(0).transaction_state, "Ongoing");
  EXPECT_EQ(described.transaction_states.at(0).topics.at(0).topic, "clicks");
  EXPECT_EQ(described.transaction_states.at(1).error_code, Number(Error::kTransactionalIdNotFound));
  EXPECT_EQ(listed.transaction_states.at(0).transactional_id, "t");
  EXPECT_EQ(listed.unknown_state_filters, std::vector<std::string>{"Nonsense"});
  EXPECT_TRUE(none.transaction_states.empty());
  EXPECT_EQ(here.topics.at(0).partitions.at(0).active_producers.at(0).current_txn_start_offset, 0);
  EXPECT_EQ(here.topics.at(0).partitions.at(1).error_code, Number(Error::kUnknownTopicOrPartition));
  co_return Status::Ok();
}

DOOR_TEST(CoordinatesTransactions) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::FindCoordinatorRequest request;
  request.key_type = 1;
  request.coordinator_keys = {"t"};

  CO_ASSIGN_OR_RETURN(auto found, client->Ask<wire::FindCoordinatorResponse>(request, 4));

  EXPECT_EQ(found.coordinators.at(0).error_code, 0);
  EXPECT_EQ(found.coordinators.at(0).node_id, 1);
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::doors::kafka
