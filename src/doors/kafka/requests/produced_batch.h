#pragma once

#include <vector>

#include "data/record_batch.h"
#include "data/topic.h"

namespace freshet::doors::kafka {

// What is found in a producer's batch that is read through once.
struct BatchContents {
  int64_t newest_ms = INT64_MIN;         // the newest time of a record
  int64_t plain_bytes = 0;               // about what it takes unpacked
  std::vector<int32_t> without_key;      // records, by their place in the batch
  std::vector<int32_t> of_another_time;  // whose time the topic does not take
};

// Reads every record as deep as a consumer would. kTooLarge when they unpack to more than `unpacked_bytes_max`, kCorrupt for what no
// consumer could read. Touches nothing but its arguments: it may run on a worker.
Result<BatchContents> ReadThrough(const data::RecordBatchView& batch, const data::LogConfig& config, int64_t now_ms, size_t unpacked_bytes_max);

}  // namespace freshet::doors::kafka
