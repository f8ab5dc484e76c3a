#include "testing/memory_topics.h"

#include <charconv>

namespace freshet::testing {
namespace {

constexpr int32_t kDefaultPartitions = 4;
constexpr int32_t kPartitionsMax = 10000;
constexpr int64_t kAllPartitionsMax = 25000;

Result<int64_t> ParseNumber(const std::string& name, const std::string& text) {
  int64_t number = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return Fault::Invalid("config ", name, ": '", text, "' is not a number");
  }
  return number;
}

Status Apply(const std::string& name, const std::string& value, data::LogConfig& log) {
  if (name == "cleanup.policy") {
    log.compacted = value.find("compact") != std::string::npos;
    log.deleted = value.find("delete") != std::string::npos;
    return {};
  }
  if (name == "message.timestamp.type") {
    log.log_append_time = value == "LogAppendTime";
    return {};
  }
  bool is_time = name == "message.timestamp.before.max.ms" || name == "message.timestamp.after.max.ms";
  if (!is_time && name != "max.message.bytes" && name != "retention.ms" && name != "segment.bytes") return Fault::Invalid("config ", name, " is unknown");
  ASSIGN_OR_RETURN(int64_t number, ParseNumber(name, value));
  if (name == "retention.ms") log.retention_ms = number;
  else if (name == "segment.bytes") log.segment_bytes = number;
  else if (name == "message.timestamp.before.max.ms") log.timestamp_before_max_ms = number;
  else if (is_time) log.timestamp_after_max_ms = number;
  else log.max_message_bytes = static_cast<int32_t>(number);
  return {};
}

}  // namespace

ports::Topics::Ref MemoryTopics::Find(std::string_view name) const {
  std::lock_guard lock(mutex_);
  auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

ports::Topics::Ref MemoryTopics::FindById(const Uuid& id) const {
  std::lock_guard lock(mutex_);
  for (const auto& [name, topic] : by_name_) {
    if (topic->id == id) return topic;
  }
  return nullptr;
}

std::vector<ports::Topics::Ref> MemoryTopics::List() const {
  std::lock_guard lock(mutex_);
  std::vector<Ref> all;
  for (const auto& [name, topic] : by_name_) all.push_back(topic);
  return all;
}

void MemoryTopics::Publish(Ref topic) {
  std::lock_guard lock(mutex_);
  by_name_[topic->name] = std::move(topic);
}

Result<ports::Topics::Ref> MemoryTopics::Make(const ports::TopicSpec& spec) const {
  RETURN_NOT_OK(data::CheckTopicName(spec.name));
  bool is_possible = spec.partitions == -1 || (spec.partitions >= 1 && spec.partitions <= kPartitionsMax);
  if (!is_possible) return Fault::OutOfRange("topic ", spec.name, ": ", spec.partitions, " partitions");
  int64_t all = std::max(spec.partitions, 0);
  for (const Ref& other : List()) all += other->partitions;
  if (all > kAllPartitionsMax) return Fault::TooLarge("topic ", spec.name, ": ", all, " partitions of all topics");
  auto topic = std::make_shared<data::Topic>();
  topic->id = env_.random().NewUuid();
  topic->name = spec.name;
  topic->partitions = spec.partitions == -1 ? kDefaultPartitions : spec.partitions;
  topic->configs = spec.configs;
  for (const auto& [name, value] : spec.configs) RETURN_NOT_OK(Apply(name, value, topic->log));
  return Ref(std::move(topic));
}

Task<ports::Topics::Ref> MemoryTopics::Create(Ctx ctx, ports::TopicSpec spec, bool validate_only) {
  auto made = Make(spec);
  if (!made.ok()) co_return made.status();
  Ref topic = *made;
  if (Find(spec.name) != nullptr) co_return Fault::AlreadyExists("topic ", spec.name);
  if (validate_only) co_return topic;
  CO_RETURN_NOT_OK(log_.Declare(ctx, topic));
  Publish(topic);
  co_return topic;
}

Task<> MemoryTopics::Delete(Ctx ctx, std::string name) {
  Ref topic = Find(name);
  if (topic == nullptr) co_return Fault::NotFound("topic ", name);
  {
    std::lock_guard lock(mutex_);
    by_name_.erase(name);
  }
  CO_RETURN_NOT_OK(log_.Drop(ctx, topic->id));
  co_return Status::Ok();
}

Task<ports::Topics::Ref> MemoryTopics::AddPartitions(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only) {
  Ref topic = Find(name);
  if (topic == nullptr) co_return Fault::NotFound("topic ", name);
  if (partitions_total <= topic->partitions) co_return Fault::OutOfRange("topic ", name, " has ", topic->partitions, " partitions");
  auto grown = std::make_shared<data::Topic>(*topic);
  grown->partitions = partitions_total;
  ++grown->revision;
  Ref next = std::move(grown);
  if (validate_only) co_return next;
  CO_RETURN_NOT_OK(log_.Declare(ctx, next));
  Publish(next);
  co_return next;
}

Task<ports::Topics::Ref> MemoryTopics::AlterConfigs(Ctx ctx, std::string name, std::vector<ports::ConfigEdit> edits, bool validate_only) {
  Ref topic = Find(name);
  if (topic == nullptr) co_return Fault::NotFound("topic ", name);
  auto altered = std::make_shared<data::Topic>(*topic);
  for (const ports::ConfigEdit& edit : edits) {
    altered->configs.erase(edit.name);
    if (edit.value.has_value()) altered->configs[edit.name] = *edit.value;
  }
  altered->log = {};
  for (const auto& [config, value] : altered->configs) {
    Status applied = Apply(config, value, altered->log);
    if (!applied.ok()) co_return applied;
  }
  Ref next = std::move(altered);
  if (validate_only) co_return next;
  CO_RETURN_NOT_OK(log_.Declare(ctx, next));
  Publish(next);
  co_return next;
}

std::vector<ports::ConfigEntry> MemoryTopics::DescribeConfigs(const data::Topic& topic) const {
  using enum ports::ConfigType;
  std::vector<ports::ConfigEntry> all = {
      {"cleanup.policy", "delete", ports::ConfigSource::kDefault, kList, "what happens to old records"},
      {"max.message.bytes", StrCat(data::LogConfig().max_message_bytes), ports::ConfigSource::kDefault, kInt, "largest batch"},
      {"message.timestamp.type", "CreateTime", ports::ConfigSource::kDefault, kString, "whose clock stamps records"},
      {"retention.ms", StrCat(data::LogConfig().retention_ms), ports::ConfigSource::kDefault, kLong, "how long records stay"}};
  for (auto& entry : all) {
    auto set = topic.configs.find(entry.name);
    if (set == topic.configs.end()) continue;
    entry.value = set->second;
    entry.source = ports::ConfigSource::kTopic;
  }
  return all;
}

}  // namespace freshet::testing
