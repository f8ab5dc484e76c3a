#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/ids.h"
#include "io/ctx.h"
#include "io/task.h"
#include "ports/event_log.h"

// Where records go that cannot be decoded.

namespace freshet::ports {

struct DeadLetter {
  std::string topic;     // that the record came from
  std::string topic_id;  // in this house: another one under the same name has another
  std::string cluster;   // its addresses; empty: this house
  std::string pipeline;  // that read it; empty: a run to the end
  std::string table;     // as which it was read
  data::PartitionId partition;
  data::Offset offset;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::string why;

  // In the topic that keeps it, at most.
  int64_t bytes() const {
    constexpr size_t kFramingBytes = 120;  // of a record and its headers, beside what they hold
    return static_cast<int64_t>((key ? key->size() : 0) + (value ? value->size() : 0) + why.size() + topic.size() + topic_id.size() + cluster.size() + pipeline.size() + table.size() + kFramingBytes);
  }
};

// Of the record, in its topic.
using LetterPlace = std::pair<data::PartitionId, data::Offset>;

class DeadLetters {
 public:
  virtual ~DeadLetters() = default;
  // Durable at return. Told again after a crash, a letter is kept twice.
  virtual Task<> Keep(Ctx ctx, std::vector<DeadLetter> letters) = 0;
  // For the unit of an epoch: kept once, when that commits.
  virtual Task<std::vector<LogAppend>> Stage(Ctx ctx, std::vector<DeadLetter> letters) = 0;
  // Where those stand that are of the same topic, pipeline and table as this one; the first million of them.
  virtual Task<std::vector<LetterPlace>> Standing(Ctx ctx, DeadLetter like) = 0;
};

// The topic of this house that keeps them.
inline std::string DeadLetterTopic(const std::string& topic) { return "__dead." + topic; }

}  // namespace freshet::ports
