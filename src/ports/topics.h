#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/topic.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

struct TopicSpec {
  std::string name;
  int32_t partitions = -1;              // -1: the house's default
  std::map<std::string, std::string> configs;
};

enum class ConfigSource : unsigned char { kTopic, kDefault };
enum class ConfigType : unsigned char { kBoolean, kString, kInt, kLong, kDouble, kList };
struct ConfigEntry {
  std::string name;
  std::string value;
  ConfigSource source = ConfigSource::kDefault;
  ConfigType type = ConfigType::kString;
  std::string documentation;
};

struct ConfigEdit {
  std::string name;
  std::optional<std::string> value;     // none: the default again
};

// Topics by name. Find and List read an immutable snapshot from any thread; changes are durable at return.
class Topics {
 public:
  using Ref = std::shared_ptr<const data::Topic>;
  virtual ~Topics() = default;

  virtual Ref Find(std::string_view name) const = 0;   // null when there is none
  virtual Ref FindById(const Uuid& id) const = 0;
  virtual std::vector<Ref> List() const = 0;           // sorted by name

  // kAlreadyExists; kInvalid for a bad name (Kafka's rule: 1–249 of [a-zA-Z0-9._-], not . or ..) or config;
  // kOutOfRange for a partition count. With validate_only nothing is created and the topic that would be is returned.
  virtual Task<Ref> Create(Ctx ctx, TopicSpec spec, bool validate_only) = 0;
  virtual Task<> Delete(Ctx ctx, std::string name) = 0;
  virtual Task<Ref> AddPartitions(Ctx ctx, std::string name, int32_t partitions_total, bool validate_only) = 0;  // kOutOfRange: not more, or too many

  // All edits or none. kInvalid for an unknown config or a value that is not honoured.
  virtual Task<Ref> AlterConfigs(Ctx ctx, std::string name, std::vector<ConfigEdit> edits, bool validate_only) = 0;

  // Every config a topic has, set or default, sorted by name.
  virtual std::vector<ConfigEntry> DescribeConfigs(const data::Topic& topic) const = 0;
};

// Numbers that tell producers apart, never given twice, also over crashes.
class ProducerIds {
 public:
  virtual ~ProducerIds() = default;
  virtual Task<data::ProducerId> Allocate(Ctx ctx) = 0;
};

}  // namespace freshet::ports
