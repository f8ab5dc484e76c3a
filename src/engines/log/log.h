#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engines/log/checkpoint.h"
#include "engines/log/partition.h"
#include "engines/log/segment_check.h"
#include "io/env.h"
#include "io/task_group.h"
#include "ports/commit.h"
#include "ports/event_log.h"
#include "ports/log_transactions.h"
#include "ports/log_units.h"
#include "ports/open_units.h"

namespace freshet::log {

struct LogOptions {
  std::string directory;                              // data/log
  int64_t partition_flush_bytes = 256 << 10;          // a tail of this size is written to its segment
  int64_t tail_flush_bytes = 32 << 20;                // all tails together: a loop whose own are its share of it writes them all
  int64_t tail_bytes_max = 64 << 20;                  // refuse appends
  int64_t large_batch_bytes = 256 << 10;              // from here on a batch goes to its segment only, and the journal refers to it
  int64_t joint_inline_bytes = 4 << 20;               // what takes effect together and is more goes to segments, its largest shares first
  int64_t read_bytes_max = 64 << 20;                  // of one Read, whatever was asked for
  Duration retention_interval = Seconds(60);
  Duration retention_interval_full = Seconds(2);  // between looks whether the disk is full, and then at what may go
  Duration compaction_interval = Seconds(15);         // how often compacted topics are looked at
  Duration compaction_after_damage = Seconds(3600);   // of a partition in which one has met damage
  int64_t compaction_bytes_per_second = 32 << 20;     // that it reads, on each loop
  int64_t compaction_keys_bytes_max = 64 << 20;       // of the keys of one pass; more are left to the next
  int64_t scrub_bytes_per_second = 4 << 20;           // that the scrub reads, all loops together; 0: there is none
  Duration scrub_interval = Seconds(24 * 3600);       // from the beginning of one round over all segments to the next
  Duration scrub_begins_after = Seconds(60);          // of the log's own beginning
  int open_writers_max = 128;                         // segments held open for appending, two descriptors each
  size_t indexes_max = 64;                            // segment indexes in memory, of each loop
};

// A SegmentLog keeps topics' partitions: newest records in memory, older ones in segments, all of them first in the
// journal. Owned by House. Each partition is touched only from its home loop, which is chosen by its key.
class SegmentLog final : public ports::EventLog, public ports::LogUnits, public ports::LogTransactions, public ports::Projection {
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
  Task<std::vector<ports::Appended>> AppendTogether(Ctx ctx, std::vector<ports::LogAppend> appends, std::vector<data::Frame> frames) override;
  Task<std::vector<ports::LogSlice>> Read(Ctx ctx, std::vector<ports::LogRead> reads, ports::ReadWait wait) override;
  Task<ports::PartitionBounds> Bounds(Ctx ctx, data::PartitionKey key) override;
  Task<int64_t> Size(Ctx ctx, data::PartitionKey key) override;
  Task<ports::TimedOffset> FindTime(Ctx ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) override;
  Task<data::Offset> Trim(Ctx ctx, data::PartitionKey key, data::Offset before) override;
  Task<> AdmitTransaction(Ctx ctx, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions) override;
  Task<std::vector<ports::ProducerStanding>> DescribeProducers(Ctx ctx, data::PartitionKey key) override;

  // Replay lost records together with their headers: a partition's last records may be among them.
  bool lost_unknown() const { return lost_unknown_; }

  // "topic 'orders' partition 0": one of which the disk did not take in a segment, so that until a restart it takes no records and no checkpoint is made; empty:
  // there is none. From any thread.
  std::string failed_partition() const;

  std::string_view name() const override { return "log"; }
  Status Apply(const data::FrameView& frame) override;
  Status ApplyDamage(const data::Damage& damage) override;
  Task<> Flush(Ctx ctx, data::Position up_to) override;
  data::Position DurablePosition() const override { return data::Position(durable_position_.load(std::memory_order_acquire)); }

 private:
  using PartitionRef = std::shared_ptr<Partition>;  // outlives a Drop while somebody still reads
  class PendingUnit;
  class PendingAppend;
  class PendingTrim;
  class PendingLarge;
  struct InTurn;

  // An append whose batches have their offsets: what to wait for, and the answer.
  struct Started {
    PartitionRef partition;
    ports::Appended answer;
    data::Offset durable_at;                  // of a duplicate: the high watermark at which the answer may leave
    std::unique_ptr<PendingAppend> pending;   // null for a duplicate or a relaxed topic
  };

  // Batches that have their offsets, on their way into the journal and the tail.
  struct Placed {
    data::Offset next;                        // one past the last
    int64_t cost = 0;                         // of the tail's memory
    int64_t segment_bytes = 0;                // of the segment that the last of them is in
    std::vector<Joining> joining;
    std::vector<TailBatch> tail;
    std::vector<data::Frame> frames;
  };
  struct Joint;

  static constexpr int kSyncsAtOnce = 3;      // of each home: most of the workers there are, not all

  // What one loop owns.
  struct Home {
    Home(io::Loop& home_loop, int number, io::Budget& tails) : loop(home_loop), group(home_loop, StrCat("log home ", number)), tail("log tail of a loop", tails.bytes_max(), tails) {}
    io::Loop& loop;
    io::TaskGroup group;
    io::Budget tail;          // of its partitions
    std::unordered_map<data::PartitionKey, PartitionRef> partitions;
    std::vector<PartitionRef> dropped;   // files to remove once a checkpoint no longer names them
    std::deque<std::pair<std::weak_ptr<Partition>, data::Offset>> indexes;  // in memory, the longest unused first
    bool flushing_all = false;
    bool lacks_room = false;  // the journal refused data for want of room since retention looked last
    ports::OpenUnits open_units;  // handed to the journal, joint ones with a share of this home included
    std::set<std::string> damage_told;  // places, see TellDamage
    std::unordered_map<const Partition*, std::deque<std::shared_ptr<InTurn>>> lines;  // appends that stand in line, by turn
  };

  // Files that no checkpoint names any more.
  struct Sweep {
    PartitionRef partition;
    std::vector<SegmentName> segments;
    bool whole = false;       // the topic is gone
  };
  // What the homes give to a checkpoint.
  struct Gathered {
    data::Position whole_below;
    std::vector<PartitionState> states;
    std::vector<Sweep> sweeps;
  };
  // One flush on a worker, or in recovery: what goes in and what comes out.
  struct FlushWork {
    std::vector<TailBatch> batches;
    std::optional<Segment> newest;
    std::vector<FlushedRun> runs;
    bool sync_failed = false;
  };

  SegmentLog(Env& env, LogOptions options);

  Home& HomeOf(const data::PartitionKey& key);
  static Result<PartitionRef> Find(Home& home, const data::PartitionKey& key);
  PartitionRef AddPartition(Home& home, const data::PartitionKey& key, std::shared_ptr<const data::Topic> topic);

  // log.cc: topics, start and end
  Task<> DeclareAtHome(Home& home, std::shared_ptr<const data::Topic> topic);
  Task<> DropAtHome(Home& home, Uuid topic);
  Task<> BeginAtHome(Home& home);
  Task<> RemoveUnknownTopics();
  Task<> CloseHome(Home& home);

  // append.cc
  Task<> AppendAtHome(Home& home, std::vector<ports::LogAppend*> appends, std::vector<Result<ports::Appended>*> outcomes, MonoTime deadline);
  Task<> WaitInTurn(Home& home, PartitionRef partition, ports::LogAppend* append, MonoTime deadline, Result<Started>* started);
  Task<> StartInTurn(Home& home, PartitionRef partition, std::shared_ptr<InTurn> going);
  Task<> StartNow(Home& home, PartitionRef partition, std::shared_ptr<InTurn> going);
  std::vector<std::shared_ptr<InTurn>> TakeFollowers(Home& home, const Partition& partition, int64_t bytes);
  Task<> WaitUntilDurable(Started* started, MonoTime deadline);
  Task<> AppendLarge(Home& home, PartitionRef partition, const std::vector<std::shared_ptr<InTurn>>* together);
  Result<Started> PlaceLarge(const PartitionRef& partition, ports::LogAppend& append, int64_t wall_ms, Placed& placed);
  Status WritePlaced(Partition& partition, const Placed& placed, FlushWork& work, std::vector<FlushedRun>& runs);
  void ReferToPlaced(const Partition& partition, const std::vector<FlushedRun>& runs, Placed& placed);
  Result<Started> StartAppend(Home& home, PartitionRef partition, ports::LogAppend& append);
  bool MayAnswerEarly(const Partition& partition) const;
  void TellInterval(const data::Topic& topic, int64_t interval_ms);
  Result<std::vector<data::RecordBatchView>> CheckBatches(const Partition& partition, std::string_view run) const;
  static void Place(const Partition& partition, const std::vector<data::RecordBatchView>& views, data::OwnBytes run, int64_t wall_ms, Placed& placed);
  void JoinPlaced(Partition& partition, Placed& placed);
  Task<> WaitForDuplicate(Started* started, MonoTime deadline);

  // together.cc
  std::vector<std::unique_ptr<Joint>> PlanJoints(std::vector<ports::LogAppend>& appends, std::vector<ports::Appended>& answers);
  Task<> TakeTurns(Joint* joint);
  Task<> PrepareJoint(Joint* joint);
  Task<> StoreInTurn(Joint* joint, size_t* next);
  Status PlaceShare(Joint& joint, size_t share);
  Task<> CommitJoints(Ctx ctx, std::vector<std::unique_ptr<Joint>>* joints, std::vector<data::Frame>* frames, bool* in_doubt);
  Status ChooseSegments(std::vector<std::unique_ptr<Joint>>& joints, const std::vector<data::Frame>& frames) const;
  Task<> StoreShare(Joint* joint, size_t share);
  Task<> SettleJoint(Joint* joint, bool durable, bool in_doubt);
  void SettleShare(Joint& joint, size_t share, bool durable, bool in_doubt);

  // read.cc
  Task<> WaitForBytes(const std::vector<ports::LogRead>* reads, int64_t bytes_min, MonoTime until, std::shared_ptr<Watch> watch,
                      std::shared_ptr<const io::CancelFlag> cancel);
  Task<> CountAtHome(Home& home, const std::vector<ports::LogRead>* reads, int64_t bytes_min, std::shared_ptr<Watch> watch, int64_t* bytes);
  Task<> ReadHomes(const std::vector<ports::LogRead>* reads, std::vector<ports::LogSlice>* slices, int64_t bytes_max, MonoTime until, std::shared_ptr<Watch> watch);
  Task<> ReadAtHome(Home& home, std::vector<ports::LogRead> reads, std::vector<ports::LogSlice*> slices, int64_t bytes_max, bool first, MonoTime until,
                    std::shared_ptr<Watch> watch);
  Task<> ReadPartition(Home& home, PartitionRef partition, ports::LogRead read, bool first, MonoTime until, ports::LogSlice* slice);
  void TellDamage(Home& home, data::Offset from, const Fault& fault);
  Task<io::Reservation> WaitForCold(int64_t bytes, MonoTime until);  // 10 s, or as long as the read may wait
  Task<> ReadCold(Home& home, PartitionRef partition, data::Offset from, data::Offset end, int64_t bytes_max, bool first, MonoTime until, ports::LogSlice* slice);
  void TellRenewed(Partition& partition, const Segment& segment, int64_t entries);
  Task<> LoadIndex(Home& home, PartitionRef partition, data::Offset segment_base);
  void KeepIndex(Home& home, const PartitionRef& partition, data::Offset segment_base);
  Task<ports::PartitionBounds> BoundsAtHome(Home& home, data::PartitionKey key);
  Task<int64_t> SizeAtHome(Home& home, data::PartitionKey key);

  // times.cc
  Task<ports::TimedOffset> FindTimeAtHome(Home& home, data::PartitionKey key, std::optional<int64_t> timestamp_ms);
  using Look = std::function<Result<ports::TimedOffset>(std::string_view run)>;  // through a run of batches; called on a worker
  Task<ports::TimedOffset> SearchTime(Home& home, PartitionRef partition, int64_t timestamp_ms);
  Task<ports::TimedOffset> SearchLatest(Home& home, PartitionRef partition);
  Task<Segment> LoadIndexToSearch(Home& home, PartitionRef partition, data::Offset segment_base);
  Task<ports::TimedOffset> LookIntoBlock(PartitionRef partition, SegmentName name, Block block, Look look);

  // transactions.cc
  Task<> AdmitAtHome(Home& home, data::ProducerId producer, data::ProducerEpoch epoch, std::vector<data::PartitionKey> partitions);
  Task<std::vector<ports::ProducerStanding>> DescribeProducersAtHome(Home& home, data::PartitionKey key);

  // flush.cc: segments and checkpoints
  void MaybeFlush(Home& home, const PartitionRef& partition);
  Task<> FlushAll(Home& home);
  Task<> FlushPartition(Home& home, PartitionRef partition);
  FlushWork TakeTail(const Partition& partition) const;
  Status WriteTail(Partition& partition, FlushWork& work);
  Status UseWriter(Partition& partition, const Segment& segment, FlushWork& work);
  Status CloseWriter(Partition& partition);
  void TakeIn(Home& home, const PartitionRef& partition, FlushWork work);
  Task<> GatherHome(Home& home, data::Position up_to, Gathered* gathered);
  Task<> SyncInTurn(Home& home, const std::vector<PartitionRef>* partitions, size_t* next, Gathered* gathered);
  Task<> SyncPartition(PartitionRef partition, Gathered* gathered);
  Status SweepOne(const Sweep& gone);
  void FailStorage(Partition& partition);
  Gauge& FailedGauge(const Partition& partition);
  void ForgetFailed(const Partition& partition);

  // compact.cc
  struct Compaction;
  Task<> CompactionLoop(Home& home);
  Task<> CompactPartition(Home& home, PartitionRef partition, int64_t wall_ms);
  Task<> RunCompaction(Home& home, Compaction* compaction, int64_t wall_ms);
  Task<> ReadThrough(Home& home, Compaction* compaction, size_t input, bool learns, bool* goes_on);
  static Status LearnRun(Compaction& compaction, std::string_view run, bool* goes_on);
  static Status KeepRun(Compaction& compaction, const Segment& input, std::string_view run);
  static Status Hold(Compaction& compaction, const Segment& input, std::string batch);
  static void BeginOutput(Compaction& compaction, const Segment& input);
  static Status WriteHeld(Compaction& compaction);
  static Status FinishOutput(Compaction& compaction, data::Offset end);
  void SwapCompacted(Compaction& compaction);

  // scrub.cc
  Task<> ScrubLoop(Home& home);
  Task<> ScrubPartition(Home& home, PartitionRef partition);
  Task<> ScrubSegment(Home& home, PartitionRef partition, Segment segment);
  void ReportDamage(const Partition& partition, const Segment& segment, const std::vector<SegmentDamage>& damages);

  // replay.cc
  Status ApplyRef(Partition& partition, std::string_view payload, int64_t wall_ms);
  Status FlushInReplay(const PartitionRef& partition);

  // retention.cc
  Task<data::Offset> TrimAtHome(Home& home, data::PartitionKey key, data::Offset before);
  Task<> TrimPartition(Home& home, PartitionRef partition, data::Offset before);
  Task<> RetentionLoop(Home& home);

  Env& env_;
  const LogOptions options_;
  Logger log_;
  ports::Commit* commit_ = nullptr;
  io::Budget tail_budget_;
  std::vector<std::unique_ptr<Home>> homes_;
  const std::shared_ptr<io::Budget> cold_budget_;  // of what reads fetched from segments; whoever holds such a batch may outlive this log
  std::atomic<uint64_t> durable_position_{0};
  std::atomic<int> open_writers_{0};
  std::atomic<int> checkpoints_{0};          // written in this life
  mutable std::mutex failed_mutex_;
  std::map<data::PartitionKey, std::string> failed_;  // GUARDED_BY(failed_mutex_): partitions whose segments could not be synced, and what they are called
  bool lost_unknown_ = false;                // replay met damage whose owners are not known
  std::vector<Sweep> unswept_;               // loop 0: of checkpoints that failed, and what could not be removed
  Counter& batches_in_;
  Counter& bytes_in_;
  Counter& corrupt_reads_;
  Counter& early_answers_;
  Counter& compacted_bytes_;
  Counter& compactions_failed_;
  Counter& scrubbed_bytes_;
  Counter& scrub_findings_;
};

}  // namespace freshet::log
