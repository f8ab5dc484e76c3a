#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/delete_records.h"
#include "wire/kafka/messages/delete_topics.h"
#include "wire/kafka/messages/describe_configs.h"
#include "wire/kafka/messages/describe_groups.h"
#include "wire/kafka/messages/list_offsets.h"
#include "wire/kafka/messages/metadata.h"

namespace freshet::doors::kafka {
namespace {

Task<int16_t> MetadataError(TestClient& client, std::string_view topic, bool may_create) {
  wire::MetadataRequest request;
  request.topics->emplace_back().name = topic;
  request.allow_auto_topic_creation = may_create;
  CO_ASSIGN_OR_RETURN(auto answer, client.Ask<wire::MetadataResponse>(request, 9));
  co_return answer.topics.at(0).error_code;
}

DOOR_TEST(MakesTopicsOnRequestOnlyWhereAskedAndNamedWell) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(int16_t unasked, MetadataError(*client, "new", false));
  EXPECT_EQ(unasked, Number(Error::kUnknownTopicOrPartition));
  CO_ASSIGN_OR_RETURN(int16_t bad_name, MetadataError(*client, "not a name", true));
  EXPECT_EQ(bad_name, Number(Error::kInvalidTopic));
  EXPECT_TRUE(house.topics.List().empty());

  CO_ASSIGN_OR_RETURN(int16_t asked, MetadataError(*client, "new", true));

  EXPECT_EQ(asked, 0);
  EXPECT_EQ(house.topics.Find("new")->partitions, 4);
  co_return Status::Ok();
}

// One request makes so many; whoever still waits asks again for the rest.
DOOR_TEST(MakesSoManyTopicsForOneRequest) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::vector<std::string> names;
  for (int i = 0; i < 150; ++i) names.push_back(StrCat("new-", i));
  wire::MetadataRequest request;
  for (const std::string& name : names) request.topics->emplace_back().name = name;
  request.allow_auto_topic_creation = true;
  std::vector<size_t> made;
  for (int time = 0; time < 2; ++time) {
    CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::MetadataResponse>(request, 9));
    made.push_back(static_cast<size_t>(std::count_if(answer.topics.begin(), answer.topics.end(), [](const auto& topic) { return topic.error_code == 0; })));
    for (const auto& topic : answer.topics) EXPECT_TRUE(topic.error_code == 0 || topic.error_code == Number(Error::kUnknownTopicOrPartition)) << topic.error_code;
  }

  EXPECT_EQ(made, (std::vector<size_t>{100, 150}));
  co_return Status::Ok();
}

DOOR_TEST_WITH(DescribesItselfAndEveryTopic, house.options.advertised_host = "broker.example") {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::MetadataRequest all;
  all.topics.reset();

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::MetadataResponse>(all, 12));

  EXPECT_EQ(answer.brokers.at(0).host, "broker.example");
  EXPECT_EQ(answer.brokers.at(0).port, house.door->address().port);
  EXPECT_EQ(answer.controller_id, answer.brokers.at(0).node_id);
  EXPECT_EQ(answer.cluster_id, "test-cluster");
  EXPECT_EQ(answer.topics.at(0).name, "clicks");
  EXPECT_EQ(answer.topics.at(0).topic_id, topic.id);
  EXPECT_EQ(answer.topics.at(0).partitions.at(0).leader_id, answer.controller_id);
  wire::MetadataRequest by_id;
  auto& wanted = by_id.topics->emplace_back();
  wanted.name.reset();
  wanted.topic_id = topic.id;
  CO_ASSIGN_OR_RETURN(auto found, client->Ask<wire::MetadataResponse>(by_id, 12));
  EXPECT_EQ(found.topics.at(0).name, "clicks");
  co_return Status::Ok();
}

DOOR_TEST(TellsOnceWhatIsAskedForOften) {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::MetadataRequest metadata;
  wire::DescribeConfigsRequest configs;
  wire::DescribeGroupsRequest groups;
  for (int i = 0; i < 1000; ++i) {
    metadata.topics->emplace_back().name = i % 2 == 0 ? "clicks" : "nobody";
    configs.resources.push_back({.resource_type = 2, .resource_name = "clicks", .configuration_keys = std::nullopt});
    groups.groups.emplace_back("g");
  }
  metadata.allow_auto_topic_creation = false;

  CO_ASSIGN_OR_RETURN(auto topics, client->Ask<wire::MetadataResponse>(metadata, 9));
  EXPECT_EQ(topics.topics.size(), 2u);
  CO_ASSIGN_OR_RETURN(auto described, client->Ask<wire::DescribeConfigsResponse>(configs, 1));
  EXPECT_EQ(described.results.size(), 1u);
  CO_ASSIGN_OR_RETURN(auto looked, client->Ask<wire::DescribeGroupsResponse>(groups, 0));
  EXPECT_EQ(looked.groups.size(), 1u);
  co_return Status::Ok();
}

DOOR_TEST(FindsOffsetsByPlaceAndTime) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  data::RecordBatchBuilder builder({});
  for (int64_t time : {1000, 3000, 2000}) builder.Add(time, "k", "v");
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", *builder.Finish()));
  struct Case {
    int64_t timestamp;
    int64_t offset;
    int64_t found_timestamp;
  };
  for (Case one : {Case{-1, 3, -1}, Case{-2, 0, -1}, Case{-3, 1, 3000}, Case{-4, 0, -1}, Case{-5, -1, -1}, Case{0, 0, 1000},
                   Case{1001, 1, 3000}, Case{3001, -1, -1}}) {
    wire::ListOffsetsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "clicks";
    topic.partitions.emplace_back().timestamp = one.timestamp;
    CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::ListOffsetsResponse>(request, 10));
    const auto& partition = answer.topics.at(0).partitions.at(0);
    EXPECT_EQ(partition.error_code, 0) << one.timestamp;
    EXPECT_EQ(partition.offset, one.offset) << one.timestamp;
    EXPECT_EQ(partition.timestamp, one.found_timestamp) << one.timestamp;
  }
  co_return Status::Ok();
}

DOOR_TEST(TrimsAndDeletes) {
  CO_ASSIGN_OR_RETURN(auto topic, MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  for (int i = 0; i < 5; ++i) {
    CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", Batch("v")));
  }
  wire::DeleteRecordsRequest trim;
  auto& records = trim.topics.emplace_back();
  records.name = "clicks";
  records.partitions = {{0, 3}, {0, 99}, {7, 0}};

  CO_ASSIGN_OR_RETURN(auto trimmed, client->Ask<wire::DeleteRecordsResponse>(trim, 2));
  const auto& partitions = trimmed.topics.at(0).partitions;
  EXPECT_EQ(partitions.at(0).low_watermark, 3);
  EXPECT_EQ(partitions.at(1).error_code, Number(Error::kOffsetOutOfRange));
  EXPECT_EQ(partitions.at(2).error_code, Number(Error::kUnknownTopicOrPartition));

  wire::DeleteTopicsRequest remove;
  auto& by_id = remove.topics.emplace_back();
  by_id.name.reset();
  by_id.topic_id = topic.id;
  remove.topics.emplace_back().name = "nowhere";
  CO_ASSIGN_OR_RETURN(auto removed, client->Ask<wire::DeleteTopicsResponse>(remove, 6));
  EXPECT_EQ(removed.responses.at(0).error_code, 0);
  EXPECT_EQ(removed.responses.at(0).name, "clicks");
  EXPECT_EQ(removed.responses.at(1).error_code, Number(Error::kUnknownTopicOrPartition));
  EXPECT_TRUE(house.topics.List().empty());
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::doors::kafka
