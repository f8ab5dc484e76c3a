#include "doors/kafka/transaction_test_client.h"
#include "wire/kafka/messages/list_offsets.h"

namespace freshet::doors::kafka {
namespace {

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

}  // namespace
}  // namespace freshet::doors::kafka
