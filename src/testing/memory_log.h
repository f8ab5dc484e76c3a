#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/record_batch.h"
#include "io/env.h"
#include "ports/event_log.h"
#include "ports/log_transactions.h"
#include "ports/log_units.h"

namespace freshet::testing {

// An EventLog in memory, for tests of doors and engines. It keeps the port's promises, but for durability: nothing
// survives it. Thread-safe; a waiting Read looks again every millisecond of the Env's clock.
class MemoryLog final : public ports::EventLog, public ports::LogUnits, public ports::LogTransactions {
 public:
  explicit MemoryLog(Env& env) : env_(env) {}

  Task<> Declare(Ctx ctx, std::shared_ptr<const data::Topic> topic) override;
  Task<> Drop(Ctx ctx, Uuid topic) override;
  Task<std::vector<Result<ports::Appended>>> Append(Ctx ctx, std::vector<ports::LogAppend> appends) override;
  Task<std::vector<ports::Appended>> AppendTogether(Ctx ctx, std::vector<ports::LogAppend> appends, std::vector<data::Frame> frames) override;
  Task<std::vector<ports::LogSlice>> Read(Ctx ctx, std::vector<ports::LogRead> reads, ports::ReadWait wait) override;
  Task<ports::PartitionBounds> Bounds(Ctx ctx, data::PartitionKey key) override;
  Task<int64_t> Size(Ctx ctx, data::PartitionKey key) override;
  Task<ports::TimedOffset> FindTime(Ctx ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) override;
  Task<data::Offset> Trim(Ctx ctx, data::PartitionKey key, data::Offset before) override;
  Task<> AdmitTransaction(Ctx ctx, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions) override;
  Task<std::vector<ports::ProducerStanding>> DescribeProducers(Ctx ctx, data::PartitionKey key) override;

  // From now on every Append answers with this fault; ok() ends it.
  void FailAppends(Status status);
  // Appends take this long, as an fdatasync would.
  void SlowAppends(Duration delay) { delay_ = delay; }

 private:
  struct StoredBatch {
    data::Offset first;
    data::Offset last;
    std::shared_ptr<const std::string> bytes;
  };
  struct SequenceRange {
    data::Sequence first;
    data::Sequence last;
    data::Offset base_offset;
  };
  struct ProducerState {
    data::ProducerEpoch epoch;
    std::deque<SequenceRange> newest;  // up to five batches, the newest last
    data::ProducerEpoch admitted = data::kNoProducerEpoch;  // whose transactional batches are taken
    data::Offset open{-1};             // of its transaction
  };
  struct Partition {
    data::Offset start;
    data::Offset end;
    std::vector<StoredBatch> batches;
    std::map<data::ProducerId, ProducerState> producers;
    std::vector<ports::AbortedTransaction> aborted;

    data::Offset last_stable() const;
    ports::PartitionBounds bounds() const { return {start, end, last_stable(), data::LeaderEpoch(0)}; }
  };

  Partition* Find(const data::PartitionKey& key);
  Status CheckRun(const ports::LogAppend& append);
  Result<ports::Appended> AppendRun(const ports::LogAppend& append);
  Result<ports::Appended> AppendBatch(const data::Topic& topic, Partition& partition, std::string batch);
  static Status CheckTransaction(const ProducerState& producer, const data::RecordBatchHeader& header);
  static void EndTransaction(Partition& partition, const data::ControlMarker& marker);
  ports::LogSlice Slice(const ports::LogRead& read, bool first, int64_t& bytes_left);
  Result<ports::TimedOffset> Search(const data::PartitionKey& key, std::optional<int64_t> timestamp_ms);

  Env& env_;
  std::mutex mutex_;
  std::map<Uuid, std::shared_ptr<const data::Topic>> topics_;  // GUARDED_BY(mutex_)
  std::map<data::PartitionKey, Partition> partitions_;          // GUARDED_BY(mutex_)
  Status append_fault_;                                         // GUARDED_BY(mutex_)
  Duration delay_;
};

}  // namespace freshet::testing
