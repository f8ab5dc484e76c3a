#include "control/catalog/topic_configs.h"

#include <algorithm>
#include <charconv>

namespace freshet::catalog {
namespace {

using ports::ConfigType;
using Text = std::string_view;

constexpr std::string_view kRelaxedPrefix = "interval:";

Result<int64_t> Number(Text text, int64_t least, int64_t most) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return Fault::Invalid("'", text, "' is not a whole number");
  if (value < least || value > most) return Fault::Invalid(value, " is not between ", least, " and ", most);
  return value;
}

template <typename T>
Status Put(T& place, Result<int64_t> value) {
  if (!value.ok()) return value.status();
  place = static_cast<T>(*value);
  return {};
}

Status SetCleanup(data::LogConfig& config, Text value) {
  config.compacted = config.deleted = false;
  for (Text rest = value; !rest.empty();) {
    Text policy = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(policy.size() + 1, rest.size()));
    policy.remove_prefix(std::min(policy.find_first_not_of(' '), policy.size()));
    policy = policy.substr(0, policy.find_last_not_of(' ') + 1);
    if (policy != "delete" && policy != "compact") return Fault::Invalid("'", value, "' is neither delete nor compact nor both");
    (policy == "delete" ? config.deleted : config.compacted) = true;
  }
  if (!config.compacted && !config.deleted) return Fault::Invalid("'", value, "' is neither delete nor compact nor both");
  return {};
}

Status SetDirtyRatio(data::LogConfig& config, Text value) {
  double ratio = -1;
  auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), ratio);
  bool is_number = error == std::errc() && end == value.data() + value.size();
  if (!is_number || !(ratio >= 0 && ratio <= 1)) return Fault::Invalid("'", value, "' is not a number between 0 and 1");
  config.min_cleanable_dirty_ratio = ratio;
  return {};
}

Status SetTimestampType(data::LogConfig& config, Text value) {
  if (value != "CreateTime" && value != "LogAppendTime") return Fault::Invalid("'", value, "' is neither CreateTime nor LogAppendTime");
  config.log_append_time = value == "LogAppendTime";
  return {};
}

Status SetDurability(data::LogConfig& config, Text value) {
  if (value == "strict") return {};
  if (!value.starts_with(kRelaxedPrefix)) return Fault::Invalid("'", value, "' is neither strict nor interval:<ms>");
  return Put(config.relaxed_durability_ms, Number(value.substr(kRelaxedPrefix.size()), 1, 60000));
}

// THE CONFIGS. `set` is null where only the default is honoured.
struct Known {
  Text name;
  ConfigType type;
  Text initial;
  Text meaning;
  Status (*set)(data::LogConfig&, Text);
};

constexpr Known kKnown[] = {
    {"cleanup.policy", ConfigType::kList, "delete", "what happens to old records: delete, compact or both", SetCleanup},
    {"compression.type", ConfigType::kString, "producer", "batches are stored as the producer compressed them", nullptr},
    {"delete.retention.ms", ConfigType::kLong, "86400000", "how long compaction keeps tombstones",
     [](data::LogConfig& c, Text v) { return Put(c.delete_retention_ms, Number(v, 0, INT64_MAX / 4)); }},
    {"durability", ConfigType::kString, "strict", "strict: an ack means fdatasync; interval:<ms>: acks may come earlier and a crash loses at most that much",
     SetDurability},
    {"file.delete.delay.ms", ConfigType::kLong, "60000", "files are removed as soon as the trim is durable", nullptr},
    {"flush.messages", ConfigType::kLong, "9223372036854775807", "every ack is durable, so this never applies", nullptr},
    {"flush.ms", ConfigType::kLong, "9223372036854775807", "every ack is durable, so this never applies", nullptr},
    {"index.interval.bytes", ConfigType::kInt, "65536", "bytes of records between two index entries", nullptr},
    {"max.compaction.lag.ms", ConfigType::kLong, "9223372036854775807", "latest time at which a record is compacted",
     [](data::LogConfig& c, Text v) { return Put(c.max_compaction_lag_ms, Number(v, 1, INT64_MAX)); }},
    {"max.message.bytes", ConfigType::kInt, "1048588", "largest record batch",
     [](data::LogConfig& c, Text v) { return Put(c.max_message_bytes, Number(v, 1, 8 << 20)); }},
    {"message.timestamp.after.max.ms", ConfigType::kLong, "9223372036854775807", "how far in the future a record's time may lie",
     [](data::LogConfig& c, Text v) { return Put(c.timestamp_after_max_ms, Number(v, 0, INT64_MAX)); }},
    {"message.timestamp.before.max.ms", ConfigType::kLong, "9223372036854775807", "how far in the past a record's time may lie",
     [](data::LogConfig& c, Text v) { return Put(c.timestamp_before_max_ms, Number(v, 0, INT64_MAX)); }},
    {"message.timestamp.type", ConfigType::kString, "CreateTime", "CreateTime or LogAppendTime", SetTimestampType},
    {"min.cleanable.dirty.ratio", ConfigType::kDouble, "0.5", "share of a log's sealed bytes that compaction waits for", SetDirtyRatio},
    {"min.compaction.lag.ms", ConfigType::kLong, "0", "earliest time at which a record is compacted",
     [](data::LogConfig& c, Text v) { return Put(c.min_compaction_lag_ms, Number(v, 0, INT64_MAX)); }},
    {"min.insync.replicas", ConfigType::kInt, "1", "there is one copy", nullptr},
    {"preallocate", ConfigType::kBoolean, "false", "segments grow as they are written", nullptr},
    {"retention.bytes", ConfigType::kLong, "-1", "bytes a partition keeps; -1: no bound",
     [](data::LogConfig& c, Text v) { return Put(c.retention_bytes, Number(v, -1, INT64_MAX)); }},
    {"retention.ms", ConfigType::kLong, "604800000", "how long records are kept; -1: for ever",
     [](data::LogConfig& c, Text v) { return Put(c.retention_ms, Number(v, -1, INT64_MAX)); }},
    {"segment.bytes", ConfigType::kInt, "268435456", "size at which a segment is closed",
     [](data::LogConfig& c, Text v) { return Put(c.segment_bytes, Number(v, 1024, INT32_MAX)); }},
    {"segment.index.bytes", ConfigType::kInt, "10485760", "the index grows with its segment", nullptr},
    {"segment.jitter.ms", ConfigType::kLong, "0", "segments close without jitter", nullptr},
    {"segment.ms", ConfigType::kLong, "604800000", "age at which a segment is closed",
     [](data::LogConfig& c, Text v) { return Put(c.segment_ms, Number(v, 1, INT64_MAX)); }},
    {"unclean.leader.election.enable", ConfigType::kBoolean, "false", "there is one copy", nullptr},
};

const Known* FindKnown(Text name) {
  for (const Known& known : kKnown) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace

Result<data::LogConfig> ParseLogConfig(const std::map<std::string, std::string>& configs) {
  data::LogConfig config;
  for (const auto& [name, value] : configs) {
    const Known* known = FindKnown(name);
    if (known == nullptr) return Fault::Invalid("unknown topic config '", name, "'");
    if (known->set == nullptr) {
      if (value == known->initial) continue;
      return Fault::Invalid("topic config '", name, "' cannot be set to '", value, "': ", known->meaning);
    }
    Status set = known->set(config, value);
    if (!set.ok()) return Fault::Invalid("topic config '", name, "': ", set.fault().message());
  }
  return config;
}

Result<data::LogConfig> AcceptLogConfig(const std::map<std::string, std::string>& configs) {
  ASSIGN_OR_RETURN(data::LogConfig config, ParseLogConfig(configs));
  if (config.min_compaction_lag_ms <= config.max_compaction_lag_ms) return config;
  return Fault::Invalid("topic config 'min.compaction.lag.ms': ", config.min_compaction_lag_ms, " is more than max.compaction.lag.ms, ", config.max_compaction_lag_ms);
}

Status EditLogConfig(const std::vector<ports::ConfigEdit>& edits, data::Topic& topic) {
  auto configs = topic.configs;
  for (const ports::ConfigEdit& edit : edits) {
    if (FindKnown(edit.name) == nullptr) return Fault::Invalid("unknown topic config '", edit.name, "'");
    if (edit.value.has_value()) configs[edit.name] = *edit.value;
    else configs.erase(edit.name);
  }
  ASSIGN_OR_RETURN(topic.log, AcceptLogConfig(configs));
  topic.configs = std::move(configs);
  return {};
}

std::vector<ports::ConfigEntry> DescribeLogConfig(const data::Topic& topic) {
  std::vector<ports::ConfigEntry> entries;
  for (const Known& known : kKnown) {
    auto set = topic.configs.find(std::string(known.name));
    bool is_set = set != topic.configs.end();
    entries.push_back({std::string(known.name), is_set ? set->second : std::string(known.initial),
                       is_set ? ports::ConfigSource::kTopic : ports::ConfigSource::kDefault, known.type, std::string(known.meaning)});
  }
  return entries;
}

}  // namespace freshet::catalog
