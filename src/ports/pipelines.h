#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/event_time.h"
#include "io/ctx.h"
#include "io/task.h"
#include "ports/connector.h"

namespace freshet::ports {

struct PartitionProgress {
  int32_t number = 0;                                // as the source counts its partitions
  std::optional<TopicPlace> place;                   // of a source that reads topics of this house
  data::EventTime watermark = data::kNoEventTime;
  bool active = true;                                // idle or ended otherwise: it holds nothing back
};

struct SourceProgress {
  std::string table;
  std::string connector;
  bool has_watermark = false;                        // the query asks for event time
  data::EventTime watermark = data::kNoEventTime;    // what those downstream were promised
  std::vector<PartitionProgress> partitions;

  // The active partition with the smallest watermark: the one that holds the others back. Null when none is active.
  const PartitionProgress* held_back_by() const {
    const PartitionProgress* slowest = nullptr;
    for (const auto& partition : partitions) {
      if (partition.active && (slowest == nullptr || partition.watermark < slowest->watermark)) slowest = &partition;
    }
    return has_watermark ? slowest : nullptr;
  }
};

struct SinkProgress {
  std::string table;
  std::string connector;
  std::string topic;                                 // of a table over a topic
  int64_t rows = 0;                                  // since the attempt began
};

// One pipeline, between two steps of its job.
struct PipelineProgress {
  std::string name;
  bool running = false;
  std::string failure;                               // why the last attempt ended, until an epoch has followed it, or the next one has stood for a while with nothing to commit; else why the oldest epoch that is owed to others could not be delivered
  int64_t epoch = 0;
  int64_t undelivered = 0;                           // epochs that have committed, and whose files or rows have not reached others than this house
  int64_t failures = 0;
  int64_t rows = 0;                                  // that sources brought, in all attempts
  int64_t late_rows = 0;
  int64_t dropped_rows = 0;                          // NULL in a column that is NOT NULL, and the file says to drop them
  std::vector<SourceProgress> sources;               // empty while it is not running
  std::vector<SinkProgress> sinks;
};

// The project's pipelines, as they run. Callable from any loop.
class Pipelines {
 public:
  virtual ~Pipelines() = default;
  // In the order of their files.
  virtual Task<std::vector<PipelineProgress>> Describe(Ctx ctx) const = 0;
  // Names of those with a `failure`. From any thread, without waiting.
  virtual std::vector<std::string> Failing() const = 0;
};

}  // namespace freshet::ports
