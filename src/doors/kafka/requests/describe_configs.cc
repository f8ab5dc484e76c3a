#include <algorithm>
#include <set>

#include "doors/kafka/requests.h"
#include "doors/kafka/requests/broker_configs.h"
#include "doors/kafka/requests/config_resources.h"
#include "wire/kafka/messages/describe_configs.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::DescribeConfigsRequest::DescribeConfigsResource;
using Answer = wire::DescribeConfigsResponse::DescribeConfigsResult;
using Entry = wire::DescribeConfigsResponse::DescribeConfigsResourceResult;

constexpr int8_t kFromTopic = 1;
constexpr int8_t kFromBrokerFile = 4;
constexpr int8_t kFromDefault = 5;

int8_t TypeNumber(ports::ConfigType type) {
  switch (type) {
    case ports::ConfigType::kBoolean: return 1;
    case ports::ConfigType::kString: return 2;
    case ports::ConfigType::kInt: return 3;
    case ports::ConfigType::kLong: return 5;
    case ports::ConfigType::kDouble: return 6;
    case ports::ConfigType::kList: return 7;
  }
  return 0;
}

bool Asked(const Wanted& wanted, std::string_view name) {
  if (!wanted.configuration_keys) return true;
  const auto& keys = *wanted.configuration_keys;
  return std::find(keys.begin(), keys.end(), name) != keys.end();
}

Entry EntryOf(const ports::ConfigEntry& config, bool synonyms, bool documentation) {
  bool from_topic = config.source == ports::ConfigSource::kTopic;
  Entry entry;
  entry.name = config.name;
  entry.value = config.value;
  entry.config_source = from_topic ? kFromTopic : kFromDefault;
  entry.config_type = TypeNumber(config.type);
  entry.documentation.reset();
  if (documentation) entry.documentation = config.documentation;
  if (synonyms) entry.synonyms.push_back({config.name, config.value, entry.config_source});
  return entry;
}

void DescribeTopic(const Room& room, const Wanted& wanted, const wire::DescribeConfigsRequest& request, Answer& answer) {
  auto topic = room.ports.topics.Find(wanted.resource_name);
  if (topic == nullptr) {
    answer.error_code = Number(Error::kUnknownTopicOrPartition);
    return;
  }
  for (const auto& config : room.ports.topics.DescribeConfigs(*topic)) {
    if (Asked(wanted, config.name)) {
      answer.configs.push_back(EntryOf(config, request.include_synonyms, request.include_documentation));
    }
  }
}

Entry EntryOf(const BrokerConfig& config, bool synonyms) {
  Entry entry;
  entry.name = config.name;
  entry.value = config.value;
  entry.read_only = true;
  entry.config_source = config.from_file ? kFromBrokerFile : kFromDefault;
  entry.config_type = TypeNumber(config.type);
  entry.documentation.reset();
  if (synonyms) entry.synonyms.push_back({config.name, config.value, entry.config_source});
  return entry;
}

bool IsThisNode(const Room& room, const Wanted& wanted, Answer& answer) {
  if (wanted.resource_name == StrCat(room.options.node_id)) return true;
  answer.error_code = Number(Error::kInvalidRequest);
  answer.error_message = StrCat("the only broker is ", room.options.node_id);
  return false;
}

void DescribeBroker(const Room& room, const Wanted& wanted, const wire::DescribeConfigsRequest& request, Answer& answer) {
  if (wanted.resource_name.empty()) return;  // what is set for all brokers while they run: nothing can be
  if (!IsThisNode(room, wanted, answer)) return;
  for (const BrokerConfig& config : BrokerConfigsOf(room)) {
    if (Asked(wanted, config.name)) answer.configs.push_back(EntryOf(config, request.include_synonyms));
  }
}

// Groups, subscriptions to clients' metrics and loggers are known, and have no configs here.
void Describe(const Room& room, const Wanted& wanted, const wire::DescribeConfigsRequest& request, Answer& answer) {
  switch (ConfigResource{wanted.resource_type}) {
    case ConfigResource::kTopic: return DescribeTopic(room, wanted, request, answer);
    case ConfigResource::kBroker: return DescribeBroker(room, wanted, request, answer);
    case ConfigResource::kBrokerLogger: IsThisNode(room, wanted, answer); return;
    case ConfigResource::kClientMetrics:
    case ConfigResource::kGroup: return;
  }
  answer.error_code = Number(Error::kInvalidRequest);
  answer.error_message = StrCat("resource type ", int{wanted.resource_type}, " has no configs here");
}

}  // namespace

Task<wire::DescribeConfigsResponse> DescribeConfigs(Ctx, Room& room, const Call&, const wire::DescribeConfigsRequest& request) {
  wire::DescribeConfigsResponse response;
  std::set<std::pair<int8_t, std::string_view>> whole;  // all configs of one thing, asked for often, are told once
  for (const auto& wanted : request.resources) {
    bool is_told = !wanted.configuration_keys && !whole.emplace(wanted.resource_type, wanted.resource_name).second;
    if (is_told) continue;
    auto& answer = response.results.emplace_back();
    answer.resource_type = wanted.resource_type;
    answer.resource_name = wanted.resource_name;
    answer.error_message.reset();
    Describe(room, wanted, request, answer);
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
