#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/create_partitions.h"
#include "wire/kafka/messages/create_topics.h"
#include "wire/kafka/messages/delete_records.h"
#include "wire/kafka/messages/delete_topics.h"
#include "wire/kafka/messages/describe_log_dirs.h"
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
  add("many", 20000, 1);
  add("elsewhere", -1, -1).assignments.push_back({0, {2}});

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::CreateTopicsResponse>(request, 7));

  std::vector<int16_t> errors;
  for (const auto& topic : answer.topics) errors.push_back(topic.error_code);
  std::vector<Error> expected = {Error::kNone, Error::kTopicAlreadyExists, Error::kInvalidTopic, Error::kInvalidPartitions,
                                 Error::kInvalidReplicationFactor, Error::kInvalidConfig, Error::kInvalidRequest,
                                 Error::kInvalidRequest, Error::kNone, Error::kInvalidPartitions, Error::kInvalidReplicaAssignment};
  std::vector<int16_t> numbers;
  for (Error error : expected) numbers.push_back(Number(error));
  EXPECT_EQ(errors, numbers);
  EXPECT_EQ(answer.topics.at(0).num_partitions, 3);
  EXPECT_EQ(house.topics.Find("assigned")->partitions, 2);
  EXPECT_EQ(house.topics.Find("twice"), nullptr);
  co_return Status::Ok();
}

DOOR_TEST(AllTopicsTogetherHaveSoManyPartitions) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  std::vector<int16_t> errors;
  for (auto [name, partitions] : {std::pair{"a", 10000}, {"b", 10000}, {"c", 10000}, {"d", 1}}) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = -1;
    CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::CreateTopicsResponse>(request, 7));
    errors.push_back(answer.topics.at(0).error_code);
  }

  EXPECT_EQ(errors, (std::vector<int16_t>{0, 0, Number(Error::kPolicyViolation), 0}));
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

DOOR_TEST_WITH(SaysHowLargePartitionsAreAndTheirDisk, (house.options.log_disk = [] { return io::DiskRoom{.total_bytes = 1000, .usable_bytes = 400}; })) {
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
  EXPECT_EQ(everything.results.at(0).total_bytes, 1000);
  EXPECT_EQ(everything.results.at(0).usable_bytes, 400);
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
