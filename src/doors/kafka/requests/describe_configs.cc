#include <algorithm>
#include <set>

#include "doors/kafka/requests.h"
#include "wire/kafka/messages/describe_configs.h"

namespace freshet::doors::kafka {
namespace {

using Wanted = wire::DescribeConfigsRequest::DescribeConfigsResource;
using Answer = wire::DescribeConfigsResponse::DescribeConfigsResult;
using Entry = wire::DescribeConfigsResponse::DescribeConfigsResourceResult;

constexpr int8_t kTopicResource = 2;
constexpr int8_t kBrokerResource = 4;
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

// What tools ask a broker for, out of this door's own options.
void DescribeBroker(const Room& room, const Wanted& wanted, Answer& answer) {
  if (wanted.resource_name.empty()) return;  // what is set for all brokers while they run: nothing can be
  if (wanted.resource_name != StrCat(room.options.node_id)) {
    answer.error_code = Number(Error::kInvalidRequest);
    answer.error_message = StrCat("the only broker is ", room.options.node_id);
    return;
  }
  auto add = [&](std::string_view name, std::string value, ports::ConfigType type) {
    if (!Asked(wanted, name)) return;
    auto& entry = answer.configs.emplace_back();
    entry.name = name;
    entry.value = std::move(value);
    entry.read_only = true;
    entry.config_source = kFromBrokerFile;
    entry.config_type = TypeNumber(type);
    entry.documentation.reset();
  };
  add("auto.create.topics.enable", StrCat(room.options.auto_create_topics), ports::ConfigType::kBoolean);
  add("broker.id", StrCat(room.options.node_id), ports::ConfigType::kInt);
  add("default.replication.factor", "1", ports::ConfigType::kInt);
  add("fetch.max.bytes", StrCat(room.options.fetch_bytes_max), ports::ConfigType::kInt);
  add("socket.request.max.bytes", StrCat(room.options.request_bytes_max), ports::ConfigType::kInt);
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
    if (wanted.resource_type == kTopicResource) {
      DescribeTopic(room, wanted, request, answer);
    } else if (wanted.resource_type == kBrokerResource) {
      DescribeBroker(room, wanted, answer);
    } else {
      answer.error_code = Number(Error::kInvalidRequest);
      answer.error_message = StrCat("resource type ", int{wanted.resource_type}, " has no configs here");
    }
  }
  co_return response;
}

}  // namespace freshet::doors::kafka
