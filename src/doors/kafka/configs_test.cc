#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/alter_configs.h"
#include "wire/kafka/messages/describe_configs.h"
#include "wire/kafka/messages/incremental_alter_configs.h"

namespace freshet::doors::kafka {
namespace {

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

}  // namespace
}  // namespace freshet::doors::kafka
