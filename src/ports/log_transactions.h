#pragma once

#include <vector>

#include "data/ids.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// What a partition remembers of one of its producers.
struct ProducerStanding {
  data::ProducerId id;
  data::ProducerEpoch epoch;
  data::Sequence last_sequence = data::kNoSequence;
  int64_t last_timestamp_ms = -1;
  int32_t coordinator_epoch = -1;              // of its last marker; -1: none
  data::Offset transaction_start{-1};          // of its open transaction; -1: none is open
};

// What the coordinator of transactions asks of the log, beside LogUnits, by which it appends the markers that end them.
// Callers may stand on any loop.
class LogTransactions {
 public:
  virtual ~LogTransactions() = default;

  // From now on these partitions take transactional batches of this producer's epoch, until a marker ends that. What is admitted
  // does not outlive the house. Partitions that are gone are passed over.
  virtual Task<> AdmitTransaction(Ctx ctx, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions) = 0;

  virtual Task<std::vector<ProducerStanding>> DescribeProducers(Ctx ctx, data::PartitionKey key) = 0;
};

}  // namespace freshet::ports
