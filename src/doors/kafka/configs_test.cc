#include "doors/kafka/test_client.h"
#include "wire/kafka/messages/alter_configs.h"
#include "wire/kafka/messages/describe_configs.h"
#include "wire/kafka/messages/incremental_alter_configs.h"
#include "wire/kafka/messages/list_config_resources.h"

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
  for (int8_t known : {8, 16, 32}) request.resources.push_back({known, "1", std::nullopt});  // a broker's loggers, clients' metrics, a group
  request.resources.push_back({8, "2", std::nullopt});

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
  for (size_t i : {6, 7, 8}) {
    EXPECT_EQ(answer.results.at(i).error_code, 0) << i;
    EXPECT_TRUE(answer.results.at(i).configs.empty()) << i;
  }
  EXPECT_EQ(answer.results.at(9).error_code, Number(Error::kInvalidRequest));
  EXPECT_EQ(answer.results.at(9).error_message, "the only broker is 1");
  co_return Status::Ok();
}

DOOR_TEST_WITH(ABrokerTellsWhatHoldsUnderKafkasNames, (house.options.broker_configs = {{"group.max.size", "7", ports::ConfigType::kInt}})) {
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::DescribeConfigsRequest request;
  request.include_synonyms = true;
  request.resources.push_back({4, "1", std::nullopt});
  request.resources.push_back({4, "1", std::vector<std::string_view>{"group.max.size", "log.dirs"}});

  CO_ASSIGN_OR_RETURN(auto answer, client->Ask<wire::DescribeConfigsResponse>(request, 4));

  std::map<std::string, std::string> values;
  std::vector<std::string> names;
  for (const auto& config : answer.results.at(0).configs) {
    values[config.name] = config.value.value_or("");
    names.push_back(config.name);
    EXPECT_TRUE(config.read_only) << config.name;
    EXPECT_EQ(config.synonyms.size(), 1u) << config.name;
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(values.at("broker.id"), "1");
  EXPECT_EQ(values.at("advertised.listeners"), StrCat("PLAINTEXT://127.0.0.1:", house.door->address().port));
  EXPECT_EQ(values.at("log.retention.ms"), "604800000");  // of a topic that says nothing
  EXPECT_EQ(values.at("group.max.size"), "7");
  EXPECT_EQ(answer.results.at(1).configs.size(), 1u);
  co_return Status::Ok();
}

DOOR_TEST(ListsWhatHasConfigs) {
  CO_RETURN_NOT_OK(MakeTopic(house, "clicks"));
  CO_ASSIGN_OR_RETURN(auto client, house.Connect());
  wire::ListConfigResourcesRequest everything, topics, unknown;
  topics.resource_types = {2, 32};
  unknown.resource_types = {2, 3};
  CO_ASSIGN_OR_RETURN(auto metrics, client->Ask<wire::ListConfigResourcesResponse>(everything, 0));
  CO_ASSIGN_OR_RETURN(auto all, client->Ask<wire::ListConfigResourcesResponse>(everything, 1));
  CO_ASSIGN_OR_RETURN(auto some, client->Ask<wire::ListConfigResourcesResponse>(topics, 1));
  CO_ASSIGN_OR_RETURN(auto refused, client->Ask<wire::ListConfigResourcesResponse>(unknown, 1));
  std::vector<std::string> found;
  for (const auto& resource : all.config_resources) found.push_back(StrCat(resource.resource_type, " ", resource.resource_name));

  EXPECT_TRUE(metrics.config_resources.empty());
  EXPECT_EQ(found, (std::vector<std::string>{"2 clicks", "4 1", "8 1"}));
  EXPECT_EQ(some.config_resources.size(), 1u);
  EXPECT_EQ(refused.error_code, Number(Error::kUnsupportedVersion));
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
