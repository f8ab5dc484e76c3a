#pragma once

#include <functional>
#include <optional>
#include <string>

#include "data/record_batch.h"

// What compaction does to a batch: some of its records go, the others keep offset, time and their place in the producer's
// sequence. A batch that holds tombstones says when they may go, as Kafka does (KIP-534): bit 6 of the attributes, and the base
// timestamp is that time; readers, who add the base to each record's delta, see the same times as before.

namespace freshet::data {

// When the tombstones of a batch may go; none: it was not compacted yet, or has none.
std::optional<int64_t> DeleteHorizonMs(const RecordBatchHeader& header);

struct RecordFilter {
  std::function<bool(const Record&)> keeps;  // asked once for each record, in order
  int64_t delete_horizon_ms = 0;             // for tombstones that are met first now
};

// The batch with what is kept: byte for byte the same when that is everything and says all it has to, "" when it is nothing.
Result<std::string> FilterRecordBatch(const RecordBatchView& batch, const RecordFilter& filter, size_t unpacked_bytes_max);

}  // namespace freshet::data
