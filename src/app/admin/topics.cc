#include "app/admin/topics.h"

#include "app/admin/partitions.h"
#include "wire/kafka/messages/create_partitions.h"
#include "wire/kafka/messages/create_topics.h"
#include "wire/kafka/messages/delete_topics.h"
#include "wire/kafka/messages/describe_configs.h"
#include "wire/kafka/messages/incremental_alter_configs.h"
#include "wire/kafka/messages/metadata.h"

namespace freshet::app {
namespace {

namespace wire = ::freshet::wire::kafka;

constexpr int8_t kTopicResource = 2;
constexpr int8_t kSetConfig = 0;
constexpr int8_t kDeleteConfig = 1;
constexpr int32_t kTimeoutMs = 30'000;

// By Kafka's numbers.
std::string_view SourceName(int8_t source) {
  switch (source) {
    case 1: return "topic";
    case 2:
    case 3: return "brokers, changed";
    case 4: return "broker's file";
    case 5: return "default";
    default: return "unknown";
  }
}

Task<> AddPartitions(Broker& broker, std::string name, int32_t partitions_total, bool validate_only) {
  wire::CreatePartitionsRequest request{.timeout_ms = kTimeoutMs, .validate_only = validate_only};
  request.topics.push_back({.name = name, .count = partitions_total, .assignments = std::nullopt});
  auto ask = broker.Ask<wire::CreatePartitionsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  for (const auto& result : answer->results) {
    Status told = FromKafkaError(result.error_code, TopicNamed(name), result.error_message.value_or(""));
    if (!told.ok()) co_return told;
  }
  co_return Status::Ok();
}

Task<> AlterConfigs(Broker& broker, std::string name, std::vector<ConfigWish> configs) {
  wire::IncrementalAlterConfigsRequest request;
  wire::IncrementalAlterConfigsRequest::AlterConfigsResource resource{.resource_type = kTopicResource, .resource_name = name};
  for (const ConfigWish& config : configs) {
    auto& edit = resource.configs.emplace_back();
    edit.name = config.name;
    edit.config_operation = config.value.has_value() ? kSetConfig : kDeleteConfig;
    edit.value.reset();
    if (config.value.has_value()) edit.value = std::string_view(*config.value);
  }
  request.resources.push_back(std::move(resource));
  auto ask = broker.Ask<wire::IncrementalAlterConfigsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  for (const auto& result : answer->responses) {
    Status told = FromKafkaError(result.error_code, TopicNamed(name), result.error_message.value_or(""));
    if (!told.ok()) co_return told;
  }
  co_return Status::Ok();
}

}  // namespace

Task<Table> ListTopics(Broker& broker) {
  wire::MetadataRequest request{.topics = std::nullopt, .allow_auto_topic_creation = false};
  auto ask = broker.Ask<wire::MetadataResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  auto& topics = answer->topics;
  std::sort(topics.begin(), topics.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  Table table({{"topic"}, {"partitions", Table::Kind::kNumber}, {"internal", Table::Kind::kFlag}});
  for (const auto& topic : topics) table.Add({topic.name, StrCat(topic.partitions.size()), StrCat(topic.is_internal)});
  co_return table;
}

Task<Table> DescribeTopic(Broker& broker, std::string name) {
  CO_ASSIGN_OR_RETURN(auto leaders, LeadersOf(broker, name));
  Places places;
  for (const auto& [partition, leader] : leaders) places.insert({name, partition});
  CO_ASSIGN_OR_RETURN(PlaceOffsets first, FindOffsets(broker, places, kEarliest));
  CO_ASSIGN_OR_RETURN(PlaceOffsets last, FindOffsets(broker, places, kLatest));
  Table table({{"topic"}, {"partition", Table::Kind::kNumber}, {"leader", Table::Kind::kNumber}, {"start", Table::Kind::kNumber}, {"end", Table::Kind::kNumber}});
  for (const auto& [partition, leader] : leaders) {
    auto start = first.find({name, partition}), end = last.find({name, partition});
    if (start == first.end() || end == last.end()) co_return Fault::NotFound(TopicNamed(name), " partition ", partition, " went while it was described");
    table.Add({name, StrCat(partition), StrCat(leader), StrCat(start->second), StrCat(end->second)});
  }
  co_return table;
}

Task<Table> DescribeTopicConfigs(Broker& broker, std::string name) {
  wire::DescribeConfigsRequest request;
  request.resources.push_back({.resource_type = kTopicResource, .resource_name = name, .configuration_keys = std::nullopt});
  auto ask = broker.Ask<wire::DescribeConfigsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Table table({{"topic"}, {"config"}, {"value"}, {"from"}});
  for (const auto& result : answer->results) {
    Status told = FromKafkaError(result.error_code, TopicNamed(name), result.error_message.value_or(""));
    if (!told.ok()) co_return told;
    for (const auto& config : result.configs) table.Add({name, config.name, config.value, std::string(SourceName(config.config_source))});
  }
  co_return table;
}

Task<> CreateTopic(Broker& broker, std::string name, TopicWish wish) {
  wire::CreateTopicsRequest request{.timeout_ms = kTimeoutMs};
  wire::CreateTopicsRequest::CreatableTopic topic{.name = name, .num_partitions = wish.partitions, .replication_factor = -1};
  for (const ConfigWish& config : wish.configs) topic.configs.emplace_back(wire::CreateTopicsRequest::CreatableTopicConfig{config.name, config.value});
  request.topics.push_back(std::move(topic));
  auto ask = broker.Ask<wire::CreateTopicsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  for (const auto& result : answer->topics) {
    Status told = FromKafkaError(result.error_code, TopicNamed(name), result.error_message.value_or(""));
    if (!told.ok()) co_return told;
  }
  co_return Status::Ok();
}

Task<> AlterTopic(Broker& broker, std::string name, TopicWish wish) {
  if (wish.partitions > 0 && !wish.configs.empty()) {
    CO_RETURN_NOT_OK(AddPartitions(broker, name, wish.partitions, true));
  }
  if (!wish.configs.empty()) {
    CO_RETURN_NOT_OK(AlterConfigs(broker, name, std::move(wish.configs)));
  }
  if (wish.partitions > 0) {
    CO_RETURN_NOT_OK(AddPartitions(broker, name, wish.partitions, false));
  }
  co_return Status::Ok();
}

Task<Table> DeleteTopics(Broker& broker, std::set<std::string> names) {
  wire::DeleteTopicsRequest request{.timeout_ms = kTimeoutMs};
  for (const std::string& name : names) {
    request.topics.emplace_back().name = std::string_view(name);
    request.topic_names.push_back(name);  // in versions before 6
  }
  auto ask = broker.Ask<wire::DeleteTopicsResponse>(std::move(request));
  auto answer = co_await ask;
  if (!answer.ok()) co_return answer.status();
  Table table({{"topic"}, {"done"}});
  for (const auto& result : answer->responses) {
    std::string name(result.name.value_or(""));
    Status told = FromKafkaError(result.error_code, TopicNamed(name), result.error_message.value_or(""));
    table.Add({name, told.ok() ? "deleted" : "refused"});
    if (!told.ok()) table.Fail(told.fault().message());
  }
  co_return table;
}

}  // namespace freshet::app
