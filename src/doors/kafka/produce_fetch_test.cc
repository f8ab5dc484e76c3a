#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/init_producer_id.h"

namespace freshet::doors::kafka {
namespace {

DOOR_TEST(WhatPassesIsCountedUnderKafkasNames) {
  CO_RETURN_NOT_OK(MakeTopic(house, "t"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string batch = Batch("a");
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "t", batch));
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "t", batch + batch));
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "absent", batch));
  CO_RETURN_NOT_OK(client->Ask<wire::FetchResponse>(FetchFrom("t", 1), 11));

  auto count = [&](std::string_view name, Labels labels = {}) { return house.env->metrics().AddCounter(name, "", std::move(labels)).value(); };

  auto bytes = static_cast<int64_t>(batch.size());
  EXPECT_EQ(count("kafka_server_brokertopicmetrics_messagesin_total"), 3);
  EXPECT_EQ(count("kafka_server_brokertopicmetrics_bytesin_total"), 3 * bytes);
  EXPECT_EQ(count("kafka_server_brokertopicmetrics_bytesout_total"), 2 * bytes);
  EXPECT_EQ(count("kafka_network_requestmetrics_requests_total", {{"request", "Produce"}}), 3);
  client->Close();
  co_return Status::Ok();
}

DOOR_TEST(KeepsAProducersBatchByteForByte) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::vector<std::string> batches;
  batches.push_back(Batch("one", {.codec = data::Codec::kLz4}));
  batches.push_back(Batch(std::string(300'000, '2')));  // stays apart from the answer's frame
  batches.push_back(Batch("three"));
  std::string sent = batches[0] + batches[1] + batches[2];
  CO_ASSIGN_OR_RETURN(auto produced, client->Ask<wire::ProduceResponse>(ProduceOne("clicks", sent), 9));
  EXPECT_EQ(Only(produced).error_code, 0);
  EXPECT_EQ(Only(produced).base_offset, 0);

  CO_ASSIGN_OR_RETURN(auto fetched, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 0), 11));

  std::string got(Only(fetched).records.at(0));
  for (int i = 0; i < 3; ++i) data::PlaceRecordBatch(batches[static_cast<size_t>(i)].data(), data::Offset(i), data::LeaderEpoch(0));
  EXPECT_TRUE(got == batches[0] + batches[1] + batches[2]);
  EXPECT_EQ(Only(fetched).high_watermark, 3);
  EXPECT_EQ(Only(fetched).last_stable_offset, 3);
  co_return Status::Ok();
}

// A checksum that holds over bytes that nobody can open: whoever reads the partition would stand still there.
DOOR_TEST(LooksIntoPackedBatches) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  for (auto codec : {data::Codec::kGzip, data::Codec::kSnappy, data::Codec::kLz4, data::Codec::kZstd}) {
    std::string batch = Batch(std::string(1000, 'a'), {.codec = codec}), torn = batch;
    torn.replace(data::kRecordBatchHeaderBytes + 2, 6, "broken");
    data::StampLogAppendTime(torn, 5);  // makes the checksum again

    CO_ASSIGN_OR_RETURN(auto refused, ErrorOfProducing(*client, "clicks", torn));
    CO_ASSIGN_OR_RETURN(auto taken, ErrorOfProducing(*client, "clicks", batch));

    EXPECT_EQ(refused, Number(Error::kCorruptMessage)) << static_cast<int>(codec);
    EXPECT_EQ(taken, 0) << static_cast<int>(codec);
  }
  co_return Status::Ok();
}

// Few bytes that unpack to many.
std::string Bomb(size_t plain_bytes) { return Batch(std::string(plain_bytes, '\0'), {.codec = data::Codec::kGzip}); }

DOOR_TEST_WITH(WhatOneRequestUnpacksToHasABound, house.options.unpacked_bytes_max = 1 << 20) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string bomb = Bomb(900'000);
  wire::ProduceRequest request = ProduceOne("clicks", bomb);
  auto& partitions = request.topic_data[0].partition_data;
  while (partitions.size() < 40) partitions.push_back(partitions[0]);
  CO_ASSIGN_OR_RETURN(int16_t alone, ErrorOfProducing(*client, "clicks", bomb));
  CO_ASSIGN_OR_RETURN(int16_t too_large, ErrorOfProducing(*client, "clicks", Bomb(1'100'000)));

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::ProduceResponse>(request, 9));
  CO_ASSIGN_OR_RETURN(int16_t afterwards, ErrorOfProducing(*client, "clicks", bomb));

  EXPECT_EQ(alone, 0);
  EXPECT_EQ(too_large, Number(Error::kMessageTooLarge));
  std::vector<int16_t> errors;
  for (const auto& one : answer.responses.at(0).partition_responses) errors.push_back(one.error_code);
  auto refused = std::find(errors.begin(), errors.end(), Number(Error::kMessageTooLarge));
  EXPECT_EQ(errors.size(), 40u);
  EXPECT_GT(refused - errors.begin(), 10);  // sixteen times what one batch may, less what trying took
  EXPECT_LT(refused - errors.begin(), 20);
  EXPECT_EQ(std::count(errors.begin(), errors.end(), 0), refused - errors.begin());
  EXPECT_EQ(std::count(refused, errors.end(), Number(Error::kMessageTooLarge)), errors.end() - refused);
  EXPECT_TRUE(answer.responses[0].partition_responses.back().error_message.value_or("").find("send them in several") != std::string::npos);
  EXPECT_EQ(afterwards, 0);
  co_return Status::Ok();
}

// A batch that a worker unpacks is not overtaken by those that came after it on its connection.
DOOR_TEST(RequestsOfAConnectionAreAppendedInTheirOrder) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string frames;
  for (int i = 0; i < 30; ++i) {
    std::string batch = i % 3 == 0 ? Bomb(static_cast<size_t>(1'000'000 + i)) : Batch(StrCat(i));
    wire::EncodeRequest(ProduceOne("clicks", batch), 9, i, "test", frames);
  }
  CO_RETURN_NOT_OK(client->Send(std::move(frames)));
  for (int i = 0; i < 30; ++i) {
    CO_ASSIGN_OR_RETURN(std::string bytes, client->Receive());
    auto frame = wire::DecodeResponse(bytes, wire::ApiKey::kProduce, 9);
    auto answer = wire::Decode<wire::ProduceResponse>(frame->body, 9);
    EXPECT_EQ(frame->correlation_id, i);
    EXPECT_EQ(Only(*answer).error_code, 0);
    EXPECT_EQ(Only(*answer).base_offset, i);
  }
  co_return Status::Ok();
}

// What is larger than its topic takes is refused by its size, and never unpacked.
DOOR_TEST(RefusesALargeBatchBeforeItIsReadThrough) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks", {{"max.message.bytes", "1000"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string torn = Batch(std::string(1'000'000, 'a'), {.codec = data::Codec::kGzip});
  torn.replace(data::kRecordBatchHeaderBytes + 2, 6, "broken");
  data::StampLogAppendTime(torn, 5);  // makes the checksum again

  CO_ASSIGN_OR_RETURN(auto refused, ErrorOfProducing(*client, "clicks", torn));

  EXPECT_GT(torn.size(), 1000u);
  EXPECT_EQ(refused, Number(Error::kMessageTooLarge));
  co_return Status::Ok();
}

// What a header says of its records' times is what searches by time and retention go by.
DOOR_TEST(DatesABatchByItsRecords) {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  for (auto codec : {data::Codec::kNone, data::Codec::kGzip}) {
    std::string late = Batch("a", {.codec = codec}), torn;
    data::StampNewestTime(late, int64_t{1} << 60);
    torn = late;
    torn.back() = static_cast<char>(torn.back() ^ 1);
    CO_ASSIGN_OR_RETURN(auto taken, ErrorOfProducing(*client, "clicks", Batch("before") + late));
    CO_ASSIGN_OR_RETURN(auto refused, ErrorOfProducing(*client, "clicks", torn));
    EXPECT_EQ(taken, 0);
    EXPECT_EQ(refused, Number(Error::kCorruptMessage));
  }
  Ctx ctx;
  CO_ASSIGN_OR_RETURN(ports::TimedOffset newest, house.log.FindTime(ctx, {topic.id, data::PartitionId(0)}, std::nullopt));
  EXPECT_EQ(newest.timestamp_ms, 1000);
  CO_ASSIGN_OR_RETURN(auto fetched, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 3), 11));
  auto batch = data::RecordBatchView::Parse(Only(fetched).records.at(0));
  EXPECT_TRUE(batch.ok() && batch->Validate().ok());
  co_return Status::Ok();
}

DOOR_TEST(RefusesAFetchInAnEpochThatIsNotOurs) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", Batch("a")));
  wire::FetchRequest fetch = FetchFrom("clicks", 0);
  for (auto [epoch, error] : {std::pair{-1, Error::kNone}, {0, Error::kNone}, {5, Error::kUnknownLeaderEpoch}}) {
    fetch.topics[0].partitions[0].current_leader_epoch = epoch;

    CO_ASSIGN_OR_RETURN(auto fetched, client->Ask<wire::FetchResponse>(fetch, 11));

    EXPECT_EQ(Only(fetched).error_code, Number(error)) << epoch;
    bool has_records = !Only(fetched).records.empty() && !Only(fetched).records.at(0).empty();
    EXPECT_EQ(has_records, error == Error::kNone) << epoch;
  }
  co_return Status::Ok();
}

DOOR_TEST(ReturnsTheWholeBatchThatHoldsTheOffsetEvenAboveEveryLimit) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  data::RecordBatchBuilder builder({});
  for (int i = 0; i < 10; ++i) builder.Add(i, "k", std::string(100, 'x'));
  std::string batch = *builder.Finish();
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", batch));
  wire::FetchRequest fetch = FetchFrom("clicks", 7);
  fetch.max_bytes = 1;
  fetch.topics[0].partitions[0].partition_max_bytes = 1;

  CO_ASSIGN_OR_RETURN(auto fetched, client->Ask<wire::FetchResponse>(fetch, 11));

  EXPECT_EQ(Only(fetched).records.at(0).size(), batch.size());
  co_return Status::Ok();
}

DOOR_TEST(WakesALongPollWhenARecordComes) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto reader, house.Connect());
  CO_ASSIGN_OR_RETURN(auto writer, house.Connect());
  std::string poll;
  wire::EncodeRequest(FetchFrom("clicks", 0, 60'000), 11, 1, "reader", poll);
  CO_RETURN_NOT_OK(reader->Send(poll));
  CO_RETURN_NOT_OK(ErrorOfProducing(*writer, "clicks", Batch("late")));

  CO_ASSIGN_OR_RETURN(auto frame, reader->Receive());  // a minute before its time

  auto answer = wire::DecodeResponse(frame, wire::ApiKey::kFetch, 11);
  auto fetched = wire::Decode<wire::FetchResponse>(answer->body, 11);
  EXPECT_EQ(Only(*fetched).records.at(0).size(), Batch("late").size());
  co_return Status::Ok();
}

DOOR_TEST(FetchesByTopicIdFromVersion13) {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", Batch("v")));
  wire::FetchRequest by_id = FetchFrom("", 0);
  by_id.topics[0].topic_id = topic.id;
  wire::FetchRequest stranger = FetchFrom("", 0);
  stranger.topics[0].topic_id = Uuid{{1, 2, 3}};

  CO_ASSIGN_OR_RETURN(auto found, client->Ask<wire::FetchResponse>(by_id, 17));
  EXPECT_EQ(Only(found).error_code, 0);
  EXPECT_EQ(Only(found).records.size(), 1u);
  EXPECT_EQ(found.responses[0].topic_id, topic.id);
  CO_ASSIGN_OR_RETURN(auto missing, client->Ask<wire::FetchResponse>(stranger, 17));
  EXPECT_EQ(Only(missing).error_code, Number(Error::kUnknownTopicId));
  co_return Status::Ok();
}

DOOR_TEST(RefusesFetchesByName) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::FetchRequest session = FetchFrom("clicks", 0);
  session.session_id = 7;

  CO_ASSIGN_OR_RETURN(auto beyond, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 1, 60'000), 11));
  EXPECT_EQ(Only(beyond).error_code, Number(Error::kOffsetOutOfRange));
  CO_ASSIGN_OR_RETURN(auto missing, client->Ask<wire::FetchResponse>(FetchFrom("nowhere", 0, 60'000), 11));
  EXPECT_EQ(Only(missing).error_code, Number(Error::kUnknownTopicOrPartition));
  CO_ASSIGN_OR_RETURN(auto unknown_session, client->Ask<wire::FetchResponse>(session, 11));
  EXPECT_EQ(unknown_session.error_code, Number(Error::kFetchSessionIdNotFound));
  co_return Status::Ok();
}

DOOR_TEST(AnswersARetriedBatchWithItsFirstOffset) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(auto identity, client->Ask<wire::InitProducerIdResponse>(wire::InitProducerIdRequest{.transactional_id = {}}, 4));
  EXPECT_EQ(identity.error_code, 0);
  data::RecordBatchBuilder::Options producer{.producer_id = data::ProducerId(identity.producer_id),
                                             .producer_epoch = data::ProducerEpoch(identity.producer_epoch)};
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", Batch("a", producer, data::Sequence(0))));
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", Batch("b", producer, data::Sequence(1))));

  std::string retry = Batch("a", producer, data::Sequence(0));
  CO_ASSIGN_OR_RETURN(auto again, client->Ask<wire::ProduceResponse>(ProduceOne("clicks", retry), 9));
  EXPECT_EQ(Only(again).error_code, 0);
  EXPECT_EQ(Only(again).base_offset, 0);
  CO_ASSIGN_OR_RETURN(int16_t gap, ErrorOfProducing(*client, "clicks", Batch("d", producer, data::Sequence(9))));
  EXPECT_EQ(gap, Number(Error::kOutOfOrderSequenceNumber));
  co_return Status::Ok();
}

DOOR_TEST(RefusesProduceRequestsByName) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_RETURN_NOT_OK(MakeTopic(house, "compact", {{"cleanup.policy", "compact"}}));
  CO_RETURN_NOT_OK(MakeTopic(house, "small", {{"max.message.bytes", "100"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string damaged = Batch("v");
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  std::string old_layout = Batch("v");
  old_layout[16] = 1;
  data::RecordBatchBuilder keyless({.codec = data::Codec::kZstd});
  keyless.Add(1, std::nullopt, "v");
  std::string keyless_batch = *keyless.Finish();
  std::string marker = data::BuildControlBatch({});
  struct Case {
    std::string_view topic;
    std::string batch;
    int version;
    Error error;
  };
  std::vector<Case> cases;
  cases.push_back({"nowhere", Batch("v"), 9, Error::kUnknownTopicOrPartition});
  cases.push_back({"clicks", "", 9, Error::kInvalidRecord});
  cases.push_back({"clicks", "short", 9, Error::kCorruptMessage});
  cases.push_back({"clicks", damaged, 9, Error::kCorruptMessage});
  cases.push_back({"clicks", old_layout, 9, Error::kInvalidRecord});
  cases.push_back({"clicks", marker, 9, Error::kInvalidRecord});
  cases.push_back({"clicks", Batch("v", {.codec = data::Codec::kZstd}), 6, Error::kUnsupportedCompressionType});
  cases.push_back({"clicks", Batch("v", {.codec = data::Codec::kZstd}), 7, Error::kNone});
  cases.push_back({"compact", keyless_batch, 9, Error::kInvalidRecord});
  cases.push_back({"compact", Batch("v"), 9, Error::kNone});
  cases.push_back({"small", Batch(std::string(100, 'x')), 9, Error::kMessageTooLarge});
  for (const Case& one : cases) {
    CO_ASSIGN_OR_RETURN(int16_t error, ErrorOfProducing(*client, one.topic, one.batch, one.version));
    EXPECT_EQ(error, Number(one.error)) << one.topic << " version " << one.version;
  }
  std::string batch = Batch("v");
  CO_ASSIGN_OR_RETURN(auto acks, client->Ask<wire::ProduceResponse>(ProduceOne("clicks", batch, 2), 9));
  EXPECT_EQ(Only(acks).error_code, Number(Error::kInvalidRequiredAcks));
  co_return Status::Ok();
}

DOOR_TEST(NamesEachRecordThatACompactedTopicCannotTake) {
  CO_RETURN_NOT_OK(MakeTopic(house, "compact", {{"cleanup.policy", "compact"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  data::RecordBatchBuilder builder({.codec = data::Codec::kGzip});
  for (int i = 0; i < 4; ++i) builder.Add(1, i % 2 == 0 ? std::optional<std::string_view>("k") : std::nullopt, "v");
  std::string batch = *builder.Finish();

  CO_ASSIGN_OR_RETURN(auto refused, client->Ask<wire::ProduceResponse>(ProduceOne("compact", batch), 8));
  CO_ASSIGN_OR_RETURN(auto older, client->Ask<wire::ProduceResponse>(ProduceOne("compact", batch), 7));

  EXPECT_EQ(Only(older).error_code, Number(Error::kInvalidRecord));
  EXPECT_EQ(Only(refused).error_code, Number(Error::kInvalidRecord));
  EXPECT_EQ(Only(refused).record_errors.size(), 2u);
  EXPECT_EQ(Only(refused).record_errors.at(0).batch_index, 1);
  EXPECT_EQ(Only(refused).record_errors.at(1).batch_index, 3);
  EXPECT_EQ(Only(refused).record_errors.at(1).batch_index_error_message, "a compacted topic needs a key");
  co_return Status::Ok();
}

DOOR_TEST(NamesEachRecordWhoseTimeIsTooFar) {
  CO_RETURN_NOT_OK(MakeTopic(house, "timely", {{"message.timestamp.before.max.ms", "60000"}, {"message.timestamp.after.max.ms", "60000"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  int64_t now_ms = house.env->clock().WallNow().ms;
  data::RecordBatchBuilder builder({});
  builder.Add(now_ms, "k", "v");
  builder.Add(now_ms + 600'000, "k", "v");
  builder.Add(now_ms - 600'000, "k", "v");
  std::string batch = *builder.Finish();
  data::RecordBatchBuilder fine({});
  fine.Add(now_ms, "k", "v");

  CO_ASSIGN_OR_RETURN(auto refused, client->Ask<wire::ProduceResponse>(ProduceOne("timely", batch), 8));
  int16_t error = Only(refused).error_code;
  size_t named = Only(refused).record_errors.size();
  CO_ASSIGN_OR_RETURN(int16_t taken, ErrorOfProducing(*client, "timely", *fine.Finish()));

  EXPECT_EQ(error, Number(Error::kInvalidTimestamp));
  EXPECT_EQ(named, 2u);
  EXPECT_EQ(taken, 0);
  co_return Status::Ok();
}

DOOR_TEST(TellsClientsWhatTheLogSaid) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  house.log.FailAppends(Fault::DiskFull("no room"));
  std::string batch = Batch("v");

  CO_ASSIGN_OR_RETURN(auto refused, client->Ask<wire::ProduceResponse>(ProduceOne("clicks", batch), 9));
  EXPECT_EQ(Only(refused).error_code, Number(Error::kKafkaStorageError));
  EXPECT_EQ(Only(refused).error_message, "no room");
  house.log.FailAppends({});
  CO_ASSIGN_OR_RETURN(int16_t recovered, ErrorOfProducing(*client, "clicks", batch));
  EXPECT_EQ(recovered, 0);
  co_return Status::Ok();
}

DOOR_TEST(GivesEveryProducerItsOwnNumber) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::InitProducerIdRequest idempotent{.transactional_id = {}};

  CO_ASSIGN_OR_RETURN(auto first, client->Ask<wire::InitProducerIdResponse>(idempotent, 4));
  CO_ASSIGN_OR_RETURN(auto second, client->Ask<wire::InitProducerIdResponse>(idempotent, 4));

  EXPECT_NE(first.producer_id, second.producer_id);
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::doors::kafka
