#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/ids.h"
#include "io/ctx.h"
#include "io/task.h"
#include "ports/event_log.h"

// Where records go that cannot be decoded.

namespace freshet::ports {

struct DeadLetter {
  std::string topic;    // that the record came from
  std::string cluster;  // its addresses; empty: this house
  data::PartitionId partition;
  data::Offset offset;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::string why;

  // In the topic that keeps it, at most.
  int64_t bytes() const {
    constexpr size_t kFramingBytes = 80;  // of a record and its headers, beside what they hold
    return static_cast<int64_t>((key ? key->size() : 0) + (value ? value->size() : 0) + why.size() + topic.size() + cluster.size() + kFramingBytes);
  }
};

class DeadLetters {
 public:
  virtual ~DeadLetters() = default;
  // Durable at return. Told again after a crash, a letter is kept twice.
  virtual Task<> Keep(Ctx ctx, std::vector<DeadLetter> letters) = 0;
  // For the unit of an epoch: kept once, when that commits.
  virtual Task<std::vector<LogAppend>> Stage(Ctx ctx, std::vector<DeadLetter> letters) = 0;
};

// The topic of this house that keeps them.
inline std::string DeadLetterTopic(const std::string& topic) { return "__dead." + topic; }

}  // namespace freshet::ports
