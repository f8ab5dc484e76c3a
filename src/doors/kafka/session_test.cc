#include "doors/kafka/session.h"

#include "doors/kafka/test_client.h"
#include "io/wait.h"
#include "wire/kafka/messages/api_versions.h"
#include "wire/kafka/messages/metadata.h"

namespace freshet::doors::kafka {
namespace {

DOOR_TEST_WITH(AnswersInOrderWhileProduceRequestsOverlap, house.log.SlowAppends(Milliseconds(20))) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  constexpr int kRequests = 200;
  std::string stream;
  for (int i = 0; i < kRequests; ++i) {
    std::string batch = Batch(StrCat(i));
    wire::EncodeRequest(ProduceOne("clicks", batch), 9, i, "pipeline", stream);
  }
  wire::EncodeRequest(FetchFrom("clicks", kRequests - 1), 11, kRequests, "pipeline", stream);
  CO_RETURN_NOT_OK(client->Send(stream));

  for (int i = 0; i < kRequests; ++i) {
    CO_ASSIGN_OR_RETURN(auto frame, client->Receive());
    auto answer = wire::DecodeResponse(frame, wire::ApiKey::kProduce, 9);
    auto produced = wire::Decode<wire::ProduceResponse>(answer->body, 9);
    EXPECT_EQ(answer->correlation_id, i);
    EXPECT_EQ(Only(*produced).base_offset, i);
  }
  CO_ASSIGN_OR_RETURN(auto frame, client->Receive());
  auto answer = wire::DecodeResponse(frame, wire::ApiKey::kFetch, 11);
  EXPECT_EQ(answer->correlation_id, kRequests);
  auto fetched = wire::Decode<wire::FetchResponse>(answer->body, 11);
  EXPECT_EQ(Only(*fetched).high_watermark, kRequests);  // it waited for those before it
  co_return Status::Ok();
}

DOOR_TEST_WITH(CarriesOutWhatArrivedWholeThoughTheClientIsGone, house.log.SlowAppends(Milliseconds(5))) {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  for (int16_t acks : {0, 1, -1}) {
    CO_ASSIGN_OR_RETURN(auto client, house.Connect());
    std::string stream, batch = Batch("kept");
    wire::EncodeRequest(ProduceOne("clicks", batch, acks), 9, 1, "gone", stream);
    wire::EncodeRequest(ProduceOne("clicks", batch, acks), 9, 2, "gone", stream);
    CO_RETURN_NOT_OK(client->Send(stream + stream.substr(0, stream.size() / 2 - 1)));  // the last one is not whole
    client->Close();
  }
  data::PartitionKey key{topic.id, data::PartitionId(0)};
  for (int i = 0; i < 2000; ++i) {
    CO_ASSIGN_OR_RETURN(auto bounds, house.log.Bounds({}, key));
    if (bounds.end == data::Offset(6)) break;
    io::SleepUntil pause(house.env->clock().Now() + Milliseconds(5));
    co_await pause;
  }
  CO_ASSIGN_OR_RETURN(auto bounds, house.log.Bounds({}, key));
  EXPECT_EQ(bounds.end, data::Offset(6));
  co_return Status::Ok();
}

DOOR_TEST(EndsTheConnectionOfWhoMayNot) {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  house.guard.Deny("kafka Produce");
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string stream, batch = Batch("refused");
  wire::EncodeRequest(ProduceOne("clicks", batch), 9, 1, "eve", stream);
  CO_RETURN_NOT_OK(client->Send(stream));

  auto answer = client->Receive();
  auto frame = co_await answer;

  EXPECT_FALSE(frame.ok());
  CO_ASSIGN_OR_RETURN(auto bounds, house.log.Bounds({}, {topic.id, data::PartitionId(0)}));
  EXPECT_EQ(bounds.end, data::Offset(0));
  co_return Status::Ok();
}

DOOR_TEST(SendsNoAnswerToAcks0) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string silent, batch = Batch("v");
  wire::EncodeRequest(ProduceOne("clicks", batch, 0), 9, 99, "quiet", silent);
  CO_RETURN_NOT_OK(client->Send(silent));

  CO_ASSIGN_OR_RETURN(auto fetched, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 0), 11));

  EXPECT_EQ(Only(fetched).high_watermark, 1);
  co_return Status::Ok();
}

DOOR_TEST_WITH(EndsAConnectionThatSpeaksNonsense, house.options.request_bytes_max = 1000) {
  std::vector<std::string> nonsense = {"GET / HTTP/1.1\r\n\r\n", std::string("\xff\xff\xff\xff", 4),
                                       std::string("\0\0\3\xe9", 4), std::string("\0\0\0\2ab", 6)};
  std::string old_produce;
  wire::EncodeRequest(wire::MetadataRequest{}, 1, 1, "old", old_produce);
  old_produce[5] = 0;  // key 0, Produce
  old_produce[7] = 2;  // version 2
  nonsense.push_back(old_produce);
  for (const std::string& bytes : nonsense) {
    CO_ASSIGN_OR_RETURN(auto client, house.Connect());
    CO_RETURN_NOT_OK(client->Send(bytes));
    auto receive = client->Receive();
    auto answer = co_await receive;
    EXPECT_FALSE(answer.ok()) << ToHex(bytes);
  }
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_RETURN_NOT_OK(client->Ask<wire::MetadataResponse>(wire::MetadataRequest{}, 9));  // others are not disturbed
  co_return Status::Ok();
}

DOOR_TEST(AnswersAnUnknownApiVersionsVersionInTheOldestForm) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_RETURN_NOT_OK(client->Send(std::string("\0\0\0\x0c\0\x12\0\x63\0\0\0\7zzzz", 16)));

  CO_ASSIGN_OR_RETURN(auto frame, client->Receive());

  EXPECT_EQ(ToHex(frame), "00000007" "0023" "00000001" "0012" "0000" "0004");
  CO_ASSIGN_OR_RETURN(auto table, client->Ask<wire::ApiVersionsResponse>(wire::ApiVersionsRequest{}, 4));
  EXPECT_EQ(table.api_keys.at(0).api_key, 0);
  EXPECT_EQ(table.api_keys.at(0).min_version, 0);  // or librdkafka turns compression off
  co_return Status::Ok();
}

DOOR_TEST_WITH(TakesNoMoreRequestsOfAPeerThatReadsNoAnswers, house.options.pipeline_bytes_max = 64 << 10) {
  constexpr int kRequests = 200;
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(int16_t produced, ErrorOfProducing(*client, "clicks", Batch(std::string(200'000, 'x'))));
  std::string stream;
  for (int i = 0; i < kRequests; ++i) wire::EncodeRequest(FetchFrom("clicks", 0), 11, i, "deaf", stream);
  CO_RETURN_NOT_OK(client->Send(stream));
  Counter& taken = house.env->metrics().AddCounter("freshet_kafka_requests_total", "", {{"api", "Fetch"}});
  for (int64_t before = -1; before != taken.value();) {  // until it takes no more
    before = taken.value();
    io::SleepUntil pause(house.env->clock().Now() + Milliseconds(300));
    co_await pause;
  }
  int64_t unread = taken.value();
  for (int i = 0; i < kRequests; ++i) {
    CO_RETURN_NOT_OK(client->Receive());
  }

  EXPECT_EQ(produced, 0);
  EXPECT_LT(unread, kRequests);
  EXPECT_EQ(taken.value(), kRequests);
  co_return Status::Ok();
}

DOOR_TEST(TellsAFetchToWaitWhileThereIsNoRoomForItsAnswer) {
  constexpr int64_t kLarge = 30'000'000;
  io::Budget& memory = house.env->memory();
  CO_RETURN_NOT_OK(MakeTopic(house, "large"));
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto deaf, house.Connect());
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string megabyte = Batch(std::string(1'000'000, 'x'));
  for (int i = 0; i < 30; ++i) {
    CO_ASSIGN_OR_RETURN(int16_t large, ErrorOfProducing(*client, "large", megabyte));
    EXPECT_EQ(large, 0);
  }
  CO_ASSIGN_OR_RETURN(int16_t small, ErrorOfProducing(*client, "clicks", Batch(std::string(100'000, 'x'))));
  EXPECT_EQ(small, 0);
  std::string asked;
  wire::FetchRequest all = FetchFrom("large", 0);
  all.topics[0].partitions[0].partition_max_bytes = 50 << 20;
  wire::EncodeRequest(all, 11, 1, "deaf", asked);
  CO_RETURN_NOT_OK(deaf->Send(asked));
  while (memory.used() < kLarge) {  // its answer waits
    io::SleepUntil pause(house.env->clock().Now() + Milliseconds(5));
    co_await pause;
  }
  auto taken = io::Reservation::Take(memory, memory.bytes_max() - memory.used() - 50'000);

  CO_ASSIGN_OR_RETURN(auto told, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 0, 100), 11));
  EXPECT_EQ(Only(told).error_code, 0);
  EXPECT_EQ(Only(told).records.at(0), "");
  EXPECT_EQ(told.throttle_time_ms, 500);
  taken = io::Reservation();
  CO_ASSIGN_OR_RETURN(auto answered, client->Ask<wire::FetchResponse>(FetchFrom("clicks", 0, 100), 11));
  EXPECT_GT(Only(answered).records.at(0).size(), 100'000u);
  EXPECT_EQ(answered.throttle_time_ms, 0);
  co_return Status::Ok();
}

DOOR_TEST(ClosesThoughALongPollWaits) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string poll;
  wire::EncodeRequest(FetchFrom("clicks", 0, 3'600'000), 11, 1, "patient", poll);
  CO_RETURN_NOT_OK(client->Send(poll));
  // A second request on another connection makes sure that the poll has been taken by the time Close runs.
  CO_ASSIGN_OR_RETURN(auto other, house.Connect());
  CO_RETURN_NOT_OK(other->Ask<wire::MetadataResponse>(wire::MetadataRequest{}, 9));
  co_return Status::Ok();  // that Close, which follows, ends at all is the test
}

}  // namespace
}  // namespace freshet::doors::kafka
