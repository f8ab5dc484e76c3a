#include "doors/kafka/requests/broker_configs.h"

#include <algorithm>

#include "data/topic.h"

namespace freshet::doors::kafka {
namespace {

using ports::ConfigType;

// A topic's config, and what a broker calls its default.
struct TopicDefault {
  std::string_view of_topic;
  std::string_view of_broker;
};
constexpr TopicDefault kTopicDefaults[] = {
    {"cleanup.policy", "log.cleanup.policy"},
    {"compression.type", "compression.type"},
    {"delete.retention.ms", "log.cleaner.delete.retention.ms"},
    {"file.delete.delay.ms", "log.segment.delete.delay.ms"},
    {"flush.messages", "log.flush.interval.messages"},
    {"flush.ms", "log.flush.interval.ms"},
    {"index.interval.bytes", "log.index.interval.bytes"},
    {"max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"},
    {"max.message.bytes", "message.max.bytes"},
    {"message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"},
    {"message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"},
    {"message.timestamp.type", "log.message.timestamp.type"},
    {"min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"},
    {"min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"},
    {"min.insync.replicas", "min.insync.replicas"},
    {"preallocate", "log.preallocate"},
    {"retention.bytes", "log.retention.bytes"},
    {"retention.ms", "log.retention.ms"},
    {"segment.bytes", "log.segment.bytes"},
    {"segment.index.bytes", "log.index.size.max.bytes"},
    {"segment.jitter.ms", "log.roll.jitter.ms"},
    {"segment.ms", "log.roll.ms"},
    {"unclean.leader.election.enable", "unclean.leader.election.enable"},
};

void AddTopicDefaults(const Room& room, std::vector<BrokerConfig>& all) {
  data::Topic without_configs;
  auto defaults = room.ports.topics.DescribeConfigs(without_configs);
  for (const TopicDefault& name : kTopicDefaults) {
    auto found = std::find_if(defaults.begin(), defaults.end(), [&](const auto& entry) { return entry.name == name.of_topic; });
    if (found != defaults.end()) all.push_back({std::string(name.of_broker), found->value, found->type});
  }
}

// How clients come in, as Kafka names it.
std::string_view SecurityOf(const Room& room) {
  bool encrypted = room.options.tls.configured(), open = room.ports.identities.is_open();
  if (encrypted) return open ? "SSL" : "SASL_SSL";
  return open ? "PLAINTEXT" : "SASL_PLAINTEXT";
}

std::string MechanismsOf(const Room& room) {
  std::string all;
  for (std::string_view name : room.ports.identities.Mechanisms(room.options.tls.configured())) all += StrCat(all.empty() ? "" : ",", name);
  return all;
}

void AddOwn(const Room& room, std::vector<BrokerConfig>& all) {
  const KafkaOptions& options = room.options;
  std::string_view security = SecurityOf(room);
  auto obeys = [&](std::string_view name, std::string value, ConfigType type, bool from_file) { all.push_back({std::string(name), std::move(value), type, from_file}); };
  obeys("advertised.listeners", StrCat(security, "://", room.host, ":", room.port), ConfigType::kString, true);
  obeys("auto.create.topics.enable", StrCat(options.auto_create_topics), ConfigType::kBoolean, true);
  obeys("broker.id", StrCat(options.node_id), ConfigType::kInt, false);
  obeys("default.replication.factor", "1", ConfigType::kInt, false);
  obeys("delete.topic.enable", "true", ConfigType::kBoolean, false);
  obeys("fetch.max.bytes", StrCat(options.fetch_bytes_max), ConfigType::kInt, false);
  obeys("listeners", StrCat(security, "://", options.listen.host, ":", room.port), ConfigType::kString, true);
  obeys("max.connections", StrCat(options.connections_max), ConfigType::kInt, true);
  obeys("node.id", StrCat(options.node_id), ConfigType::kInt, false);
  obeys("sasl.enabled.mechanisms", MechanismsOf(room), ConfigType::kList, false);
  obeys("socket.request.max.bytes", StrCat(options.request_bytes_max), ConfigType::kInt, true);
}

}  // namespace

std::vector<BrokerConfig> BrokerConfigsOf(const Room& room) {
  std::vector<BrokerConfig> all = room.options.broker_configs;
  AddOwn(room, all);
  AddTopicDefaults(room, all);
  std::sort(all.begin(), all.end(), [](const BrokerConfig& a, const BrokerConfig& b) { return a.name < b.name; });
  return all;
}

}  // namespace freshet::doors::kafka
