#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/alter_configs.h"
#include "wire/kafka/messages/create_partitions.h"
#include "wire/kafka/messages/create_topics.h"
#include "wire/kafka/messages/delete_records.h"
#include "wire/kafka/messages/delete_topics.h"
#include "wire/kafka/messages/describe_configs.h"
#include "wire/kafka/messages/describe_log_dirs.h"
#include "wire/kafka/messages/incremental_alter_configs.h"
#include "wire/kafka/messages/offset_delete.h"

namespace freshet::doors::kafka {
namespace {

DOOR_TEST(CreatesTopicsOrSaysWhyNot) {
  CO_RETURN_NOT_OK(MakeTopic(house, "there"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::CreateTopicsRequest request;
  auto add = [&](std::string_view name, int32_t partitions, int16_t replicas) -> wire::CreateTopicsRequest::CreatableTopic& {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    return topic;
  };
  add("fine", 3, 1);
  add("there", 1, 1);
  add("bad name", 1, 1);
  add("none", 0, 1);
  add("copies", 1, 3);
  add("config", 1, 1).configs.push_back({"no.such.config", "1"});
  add("twice", 1, 1);
  add("twice", 1, 1);
  auto& assigned = add("assigned", -1, -1);
  assigned.assignments.push_back({0, {1}});
  assigned.assignments.push_back({1, {1}});
  add("elsewhere", -1, -1).assignments.push_back({0, {2}});

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::CreateTopicsResponse>(request, 7));

  std::vector<int16_t> errors;
  for (const auto& topic : answer.topics) errors.push_back(topic.error_code);
  std::vector<Error> expected = {Error::kNone, Error::kTopicAlreadyExists, Error::kInvalidTopic, Error::kInvalidPartitions,
                                 Error::kInvalidReplicationFactor, Error::kInvalidConfig, Error::kInvalidRequest,
                                 Error::kInvalidRequest, Error::kNone, Error::kInvalidReplicaAssignment};
  std::vector<int16_t> numbers;
  for (Error error : expected) numbers.push_back(Number(error));
  EXPECT_EQ(errors, numbers);
  EXPECT_EQ(answer.topics.at(0).num_partitions, 3);
  EXPECT_EQ(house.topics.Find("assigned")->partitions, 2);
  EXPECT_EQ(house.topics.Find("twice"), nullptr);
  co_return Status::Ok();
}

DOOR_TEST(TopicsOfTheHouseAreOnlyRead) {
  CO_RETURN_NOT_OK(MakeTopic(house, "__kv"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  CO_ASSIGN_OR_RETURN(int16_t produced, ErrorOfProducing(*client, "__kv", Batch("v")));
  wire::CreateTopicsRequest create;
  auto& topic = create.topics.emplace_back();
  topic.name = "__mine";
  topic.num_partitions = 1;
  topic.replication_factor = 1;
  CO_ASSIGN_OR_RETURN(auto created, client->Ask<wire::CreateTopicsResponse>(create, 7));
  int16_t created_error = created.topics.at(0).error_code;
  wire::DeleteTopicsRequest remove;
  remove.topics.emplace_back().name = "__kv";
  CO_ASSIGN_OR_RETURN(auto removed, client->Ask<wire::DeleteTopicsResponse>(remove, 6));
  int16_t removed_error = removed.responses.at(0).error_code;
  wire::DeleteRecordsRequest trim;
  auto& trimmed_topic = trim.topics.emplace_back();
  trimmed_topic.name = "__kv";
  trimmed_topic.partitions.push_back({0, -1});
  CO_ASSIGN_OR_RETURN(auto trimmed, client->Ask<wire::DeleteRecordsResponse>(trim, 2));

  EXPECT_EQ(produced, Number(Error::kInvalidTopic));
  EXPECT_EQ(created_error, Number(Error::kInvalidTopic));
  EXPECT_EQ(removed_error, Number(Error::kInvalidTopic));
  EXPECT_EQ(trimmed.topics.at(0).partitions.at(0).error_code, Number(Error::kInvalidTopic));
  EXPECT_NE(house.topics.Find("__kv"), nullptr);
  CO_ASSIGN_OR_RETURN(auto fetched, client->Ask<wire::FetchResponse>(FetchFrom("__kv", 0), 11));
  EXPECT_EQ(Only(fetched).error_code, 0);
  co_return Status::Ok();
}

DOOR_TEST(ValidateOnlyChangesNothing) {
  CO_RETURN_NOT_OK(MakeTopic(house, "there"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::CreateTopicsRequest create;
  create.validate_only = true;
  auto& topic = create.topics.emplace_back();
  topic.name = "new";
  topic.num_partitions = 1;
  topic.replication_factor = 1;
  wire::CreatePartitionsRequest grow;
  grow.validate_only = true;
  auto& more = grow.topics.emplace_back();
  more.name = "there";
  more.count = 5;
  more.assignments.reset();

  CO_ASSIGN_OR_RETURN(auto created, client->Ask<wire::CreateTopicsResponse>(create, 7));
  CO_ASSIGN_OR_RETURN(auto grown, client->Ask<wire::CreatePartitionsResponse>(grow, 3));

  EXPECT_EQ(created.topics.at(0).error_code, 0);
  EXPECT_EQ(grown.results.at(0).error_code, 0);
  EXPECT_EQ(grown.results.at(0).name, "there");  // echoed, or clients cannot match the answer
  EXPECT_EQ(house.topics.Find("new"), nullptr);
  EXPECT_EQ(house.topics.Find("there")->partitions, 1);
  co_return Status::Ok();
}

DOOR_TEST(DescribesEveryConfigWithItsSource) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks", {{"retention.ms", "5"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::DescribeConfigsRequest request;
  request.resources.push_back({2, "clicks", std::nullopt});
  request.resources.push_back({2, "clicks", std::vector<std::string_view>{"retention.ms"}});
  request.resources.push_back({4, "1", std::nullopt});
  request.resources.push_back({2, "nowhere", std::nullopt});
  request.resources.push_back({99, "x", std::nullopt});
  request.resources.push_back({4, "", std::nullopt});  // what is set for all brokers

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::DescribeConfigsResponse>(request, 4));

  EXPECT_EQ(answer.results.at(0).configs.size(), 4u);
  const auto& only = answer.results.at(1).configs.at(0);
  EXPECT_EQ(answer.results.at(1).configs.size(), 1u);
  EXPECT_EQ(only.value, "5");
  EXPECT_EQ(only.config_source, 1);
  EXPECT_EQ(answer.results.at(0).configs.at(0).config_source, 5);
  EXPECT_FALSE(answer.results.at(2).configs.empty());
  EXPECT_EQ(answer.results.at(3).error_code, Number(Error::kUnknownTopicOrPartition));
  EXPECT_EQ(answer.results.at(4).error_code, Number(Error::kInvalidRequest));
  EXPECT_EQ(answer.results.at(5).error_code, 0);
  EXPECT_TRUE(answer.results.at(5).configs.empty());
  co_return Status::Ok();
}

DOOR_TEST(ChangesConfigsOneByOne) {
  using Edit = wire::IncrementalAlterConfigsRequest::AlterableConfig;
  constexpr int8_t kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3;
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks", {{"retention.ms", "5"}, {"max.message.bytes", "1000"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  struct Case {
    int8_t type;
    std::string_view name;
    Edit edit;
    Error error;
  };
  std::vector<Case> cases = {
      {2, "clicks", {"retention.ms", kSet, "7"}, Error::kNone},
      {2, "clicks", {"max.message.bytes", kDelete, std::nullopt}, Error::kNone},
      {2, "clicks", {"cleanup.policy", kAppend, "compact"}, Error::kNone},
      {2, "clicks", {"cleanup.policy", kSubtract, "delete"}, Error::kNone},
      {2, "clicks", {"retention.ms", kAppend, "8"}, Error::kInvalidConfig},
      {2, "clicks", {"retention.ms", kSet, "soon"}, Error::kInvalidConfig},
      {2, "clicks", {"retention.ms", kSet, std::nullopt}, Error::kInvalidConfig},
      {2, "clicks", {"retention.ms", 9, "8"}, Error::kInvalidConfig},
      {2, "nowhere", {"retention.ms", kSet, "7"}, Error::kUnknownTopicOrPartition},
      {2, "__kv", {"retention.ms", kSet, "7"}, Error::kInvalidTopic},
      {4, "1", {"log.cleaner.threads", kSet, "7"}, Error::kInvalidRequest},
  };
  for (const Case& one : cases) {
    wire::IncrementalAlterConfigsRequest request;
    request.resources.push_back({one.type, one.name, {one.edit}});
    CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::IncrementalAlterConfigsResponse>(request, 1));
    EXPECT_EQ(answer.responses.at(0).error_code, Number(one.error)) << one.edit.name << " " << answer.responses.at(0).error_message.value_or("");
    EXPECT_EQ(answer.responses.at(0).resource_name, one.name);
  }
  std::map<std::string, std::string> expected = {{"cleanup.policy", "compact"}, {"retention.ms", "7"}};
  EXPECT_EQ(house.topics.Find("clicks")->configs, expected);
  co_return Status::Ok();
}

DOOR_TEST(ReplacesAllConfigsAtOnce) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks", {{"retention.ms", "5"}}));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::AlterConfigsRequest request;
  request.resources.push_back({2, "clicks", {{"max.message.bytes", "1000"}}});
  wire::AlterConfigsRequest only_asked = request;
  only_asked.validate_only = true;
  std::map<std::string, std::string> before = {{"retention.ms", "5"}}, after = {{"max.message.bytes", "1000"}};

  CO_ASSIGN_OR_RETURN(auto checked, client->Ask<wire::AlterConfigsResponse>(only_asked, 2));
  EXPECT_EQ(checked.responses.at(0).error_code, 0);
  EXPECT_EQ(house.topics.Find("clicks")->configs, before);

  CO_ASSIGN_OR_RETURN(auto altered, client->Ask<wire::AlterConfigsResponse>(request, 2));
  EXPECT_EQ(altered.responses.at(0).error_code, 0);
  EXPECT_EQ(house.topics.Find("clicks")->configs, after);
  co_return Status::Ok();
}

DOOR_TEST(SaysHowLargePartitionsAre) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_RETURN_NOT_OK(MakeTopic(house, "views"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::string batch = Batch("value");
  CO_RETURN_NOT_OK(ErrorOfProducing(*client, "clicks", batch));
  wire::DescribeLogDirsRequest all, one;
  all.topics.reset();
  one.topics->push_back({"clicks", {0, 7}});
  one.topics->push_back({"nowhere", {0}});

  CO_ASSIGN_OR_RETURN(auto everything, client->Ask<wire::DescribeLogDirsResponse>(all, 4));
  EXPECT_EQ(everything.results.at(0).topics.size(), 2u);
  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::DescribeLogDirsResponse>(one, 4));
  const auto& topics = answer.results.at(0).topics;
  EXPECT_EQ(topics.size(), 1u);
  EXPECT_EQ(topics.at(0).partitions.size(), 1u);
  EXPECT_EQ(topics.at(0).partitions.at(0).partition_size, static_cast<int64_t>(batch.size()));
  co_return Status::Ok();
}

DOOR_TEST(TakesBackOffsetsOfAGroup) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  Ctx ctx;
  ports::GroupCaller caller;
  caller.group = "readers";
  std::vector<ports::CommittedOffset> offsets;
  offsets.push_back({.topic = "clicks", .partition = data::PartitionId(0), .offset = data::Offset(7)});
  CO_RETURN_NOT_OK(house.groups.CommitOffsets(ctx, caller, offsets));
  wire::OffsetDeleteRequest request;
  request.group_id = "readers";
  request.topics.push_back({"clicks", {{0}, {9}}});
  request.topics.push_back({"nowhere", {{0}}});
  wire::OffsetDeleteRequest of_nobody = request;
  of_nobody.group_id = "nobody";

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::OffsetDeleteResponse>(request, 0));
  EXPECT_EQ(answer.error_code, 0);
  EXPECT_EQ(answer.topics.at(0).partitions.at(0).error_code, 0);
  EXPECT_EQ(answer.topics.at(0).partitions.at(1).error_code, Number(Error::kUnknownTopicOrPartition));
  EXPECT_EQ(answer.topics.at(1).partitions.at(0).error_code, Number(Error::kUnknownTopicOrPartition));
  CO_ASSIGN_OR_RETURN(auto left, house.groups.FetchOffsets(ctx, "readers", std::nullopt));
  EXPECT_TRUE(left.empty());
  CO_ASSIGN_OR_RETURN(auto refused, client->Ask<wire::OffsetDeleteResponse>(of_nobody, 0));
  EXPECT_EQ(refused.error_code, Number(Error::kGroupIdNotFound));
  co_return Status::Ok();
}

}  // namespace
}  // namespace freshet::doors::kafka
