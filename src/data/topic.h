#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/status.h"
#include "data/ids.h"

namespace freshet::data {

// What a topic's log obeys, typed. Defaults are Kafka's, but for what docs/compatibility.md lists.
struct LogConfig {
  int64_t retention_ms = 7LL * 24 * 3600 * 1000;  // -1: for ever
  int64_t retention_bytes = -1;                   // per partition; -1: unbounded
  int64_t segment_bytes = 256LL << 20;
  int64_t segment_ms = 7LL * 24 * 3600 * 1000;
  int32_t max_message_bytes = 1048588;            // largest batch, headers included
  bool log_append_time = false;                   // message.timestamp.type=LogAppendTime
  bool compacted = false;                         // cleanup.policy contains compact
  int64_t delete_retention_ms = 24LL * 3600 * 1000;  // of tombstones, once compaction has met them
  int64_t min_compaction_lag_ms = 0;
  int64_t max_compaction_lag_ms = INT64_MAX;
  double min_cleanable_dirty_ratio = 0.5;         // of a log's sealed bytes
  int64_t timestamp_before_max_ms = INT64_MAX;    // how far a producer's times may lie in the past
  int64_t timestamp_after_max_ms = INT64_MAX;     // and in the future
  bool deleted = true;                            // cleanup.policy contains delete
  int64_t relaxed_durability_ms = 0;              // 0: an ack means durable; else durability=interval:<ms>
};

// A topic as the catalog knows it. Immutable once published; a change makes a new one with a higher revision.
struct Topic {
  Uuid id;
  std::string name;
  int32_t partitions = 0;
  std::map<std::string, std::string> configs;  // those set explicitly, by Kafka's names
  LogConfig log;
  int64_t revision = 0;
};

// The house's own: other rooms' state, which clients may read and never write.
inline bool IsInternalTopic(std::string_view name) { return name.starts_with("__"); }

// Kafka's rule: 1 to 249 of [a-zA-Z0-9._-], not "." or "..".
Status CheckTopicName(std::string_view name);

}  // namespace freshet::data
