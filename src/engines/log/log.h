#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engines/log/checkpoint.h"
#include "engines/log/partition.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/commit.h"
#include "ports/event_log.h"

namespace freshet::log {

struct LogOptions {
  std::string directory;                              // data/log
  int64_t partition_flush_bytes = 256 << 10;          // a tail of this size is written to its segment
  int64_t tail_flush_bytes = 64 << 20;                // all tails together: flush the large ones
  int64_t tail_bytes_max = 256 << 20;                 // refuse appends
  int64_t read_bytes_max = 64 << 20;                  // of one Read, whatever was asked for
  Duration retention_interval = Seconds(60);
};

// A SegmentLog keeps topics' partitions: newest records in memory, older ones in segments, all of them first in the
// journal. Owned by House. Each partition is touched only from its home loop, which is chosen by its key.
class SegmentLog final : public ports::EventLog, public ports::Projection {
 public:
  // Reads the newest checkpoint. Blocks. Replay comes through the Projection; then Begin.
  static Result<std::unique_ptr<SegmentLog>> Open(Env& env, LogOptions options);
  ~SegmentLog() override;

  // After replay and after every topic was declared: partitions of undeclared topics go, background work starts. On loop 0.
  Task<> Begin(ports::Commit& commit);
  // Ends background work; nothing may be appended any more. On loop 0.
  Task<> Close();

  Task<> Declare(Ctx ctx, std::shared_ptr<const data::Topic> topic) override;
  Task<> Drop(Ctx ctx, Uuid topic) override;
  Task<std::vector<Result<ports::Appended>>> Append(Ctx ctx, std::vector<ports::LogAppend> appends) override;
  Task<std::vector<ports::LogSlice>> Read(Ctx ctx, std::vector<ports::LogRead> reads, ports::ReadWait wait) override;
  Task<ports::PartitionBounds> Bounds(Ctx ctx, data::PartitionKey key) override;
  Task<ports::TimedOffset> FindTime(Ctx ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) override;
  Task<data::Offset> Trim(Ctx ctx, data::PartitionKey key, data::Offset before) override;

  std::string_view name() const override { return "log"; }
  Status Apply(const data::FrameView& frame) override;
  Status ApplyDamage(const data::StreamId& stream, data::Position position) override;
  Task<> Flush(Ctx ctx, data::Position up_to) override;
  data::Position DurablePosition() const override { return data::Position(durable_position_.load(std::memory_order_acquire)); }

 private:
  class PendingAppend;
  struct Started;
  using PartitionRef = std::shared_ptr<Partition>;  // outlives a Drop while somebody still reads

  // What one loop owns.
  struct Home {
    Home(io::Loop& home_loop, int number) : loop(home_loop), group(home_loop, StrCat("log home ", number)) {}
    io::Loop& loop;
    io::TaskGroup group;
    std::unordered_map<data::PartitionKey, PartitionRef> partitions;
    uint64_t enqueued = 0;    // units handed to the journal
    uint64_t completed = 0;   // units whose fate is known here
    io::Signal completion;
  };

  SegmentLog(Env& env, LogOptions options);

  Home& HomeOf(const data::PartitionKey& key);
  static Result<PartitionRef> Find(Home& home, const data::PartitionKey& key);
  PartitionRef AddPartition(Home& home, const data::PartitionKey& key, std::shared_ptr<const data::Topic> topic);

  // log.cc: topics and appends
  Task<> DeclareAtHome(Home& home, std::shared_ptr<const data::Topic> topic);
  Task<> DropAtHome(Home& home, Uuid topic);
  Task<> AppendAtHome(Home& home, std::vector<ports::LogAppend*> appends, std::vector<Result<ports::Appended>*> outcomes);
  Result<Started> StartAppend(Home& home, ports::LogAppend& append);
  Result<data::RecordBatchHeader> CheckBatch(const Partition& partition, std::string& batch) const;
  Status Release(PartitionRef partition, int64_t bytes_before);

  // read.cc
  Task<> ReadAtHome(Home& home, std::vector<ports::LogRead> reads, std::vector<ports::LogSlice*> slices, int64_t bytes_max,
                    std::shared_ptr<Watch> watch);
  Task<> ReadPartition(PartitionRef partition, data::Offset from, int64_t bytes_max, bool first, ports::LogSlice* slice);
  Task<> ReadCold(PartitionRef partition, data::Offset from, int64_t bytes_max, bool first, ports::LogSlice* slice);
  Task<> LoadIndex(PartitionRef partition, data::Offset segment_base);
  Task<ports::PartitionBounds> BoundsAtHome(Home& home, data::PartitionKey key);
  Task<ports::TimedOffset> FindTimeAtHome(Home& home, data::PartitionKey key, std::optional<int64_t> timestamp_ms);
  Task<ports::TimedOffset> FindTimeInSegment(PartitionRef partition, data::Offset segment_base, int64_t timestamp_ms);

  // flush.cc: segments, checkpoints, retention
  void MaybeFlush(Home& home, PartitionRef partition);
  Task<> FlushPartition(PartitionRef partition);
  Task<> FlushHome(Home& home, std::vector<PartitionState>* states);
  Task<data::Offset> TrimAtHome(Ctx ctx, Home& home, data::PartitionKey key, data::Offset before);
  Task<> TrimPartition(Ctx ctx, Home& home, PartitionRef partition, data::Offset before);
  Task<> RetentionLoop(Home& home);
  Task<> BeginAtHome(Home& home);
  Task<> CloseHome(Home& home);

  Env& env_;
  const LogOptions options_;
  Logger log_;
  ports::Commit* commit_ = nullptr;
  std::vector<std::unique_ptr<Home>> homes_;
  io::Budget tail_budget_;
  std::atomic<uint64_t> durable_position_{0};
  Counter& batches_in_;
  Counter& bytes_in_;
  Counter& corrupt_reads_;
};

}  // namespace freshet::log
