#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/formats/format.h"
#include "ports/event_log.h"
#include "ports/topics.h"

namespace freshet::stream {

// Rows of one pipeline that came too late for a window, as JSON records for the topic `__late.<relation>`: they go out with
// the epoch that saw them (docs/decisions/0074). One loop.
class LateTopics {
 public:
  void Add(const std::string& relation, const std::vector<std::string>& columns, const data::Batch& rows);
  // Everything since the last Take; topics that are missing are made.
  Task<std::vector<ports::LogAppend>> Take(Ctx ctx, ports::Topics& topics, int64_t now_ms);
  // What is kept of an attempt that failed is thrown away: the next one sees those rows again.
  void Clear() { lines_.clear(); }

 private:
  std::map<std::string, std::vector<std::string>> lines_;  // by topic
};

// Kafka's rule for topic names leaves out much that SQL names may have: those characters become '_'.
std::string LateTopicName(const std::string& relation);

}  // namespace freshet::stream
