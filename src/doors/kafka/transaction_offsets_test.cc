#include "doors/kafka/transaction_test_client.h"
#include "wire/kafka/messages/add_offsets_to_txn.h"
#include "wire/kafka/messages/describe_producers.h"
#include "wire/kafka/messages/describe_transactions.h"
#include "wire/kafka/messages/find_coordinator.h"
#include "wire/kafka/messages/list_transactions.h"
#include "wire/kafka/messages/offset_commit.h"
#include "wire/kafka/messages/offset_fetch.h"
#include "wire/kafka/messages/txn_offset_commit.h"

namespace freshet::doors::kafka {
namespace {

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

// A consumer takes a storage error for the end; this it asks again.
DOOR_TEST(SendsWhoCommitsOnAFullDiskBackToTheCoordinator) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::OffsetCommitRequest commit;
  commit.group_id = "g";
  commit.generation_id_or_member_epoch = 1;
  commit.member_id = "lone";
  commit.group_instance_id.reset();
  auto& topic = commit.topics.emplace_back();
  topic.name = "clicks";
  topic.partitions.emplace_back().committed_offset = 42;
  std::vector<int16_t> answered;
  for (const Status& fault : {Status(Fault::DiskFull("no room")), Status(Fault::Unavailable("the journal failed")), Status(Fault::IoError("the disk")), Status()}) {
    house.groups.FailCommits(fault);
    CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::OffsetCommitResponse>(commit, 7));
    answered.push_back(answer.topics.at(0).partitions.at(0).error_code);
  }

  EXPECT_EQ(answered, (std::vector<int16_t>{15, 15, 15, 0}));
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
