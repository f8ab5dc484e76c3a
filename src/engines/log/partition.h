#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/topic.h"
#include "engines/log/producers.h"
#include "engines/log/segment.h"
#include "io/turn.h"
#include "io/wait.h"
#include "ports/event_log.h"

namespace freshet::log {

// Wakes one reader on its own loop when any of the partitions it waits for has moved. Shared by the reader and the
// partitions' lists.
class Watch final : public io::Job, public std::enable_shared_from_this<Watch> {
 public:
  explicit Watch(io::Loop& loop) : loop_(loop) {}
  void Fire();  // from any loop
  void Run() override;
  io::Signal& signal() { return signal_; }
  bool fired() const { return fired_; }

 private:
  io::Loop& loop_;
  bool fired_ = false;            // of loop_
  std::atomic<bool> posted_{false};
  std::shared_ptr<Watch> alive_;  // while posted
  io::Signal signal_;             // of loop_
};

// A range that cannot be served because its journal bytes were damaged.
struct Quarantine {
  data::Offset begin;
  data::Offset end;
};

// An aborted transaction, with what a search for others needs: every one after it begins at or above `stable`.
struct Aborted {
  ports::AbortedTransaction transaction;
  data::Offset stable;
};

// What a partition learns from a batch that joins it.
struct Joining {
  data::RecordBatchHeader header;
  std::optional<data::ControlMarker> marker;  // of a control batch

  static Result<Joining> Of(const data::RecordBatchView& batch);
};

// The part of a partition that a checkpoint keeps.
struct PartitionState {
  data::PartitionKey key;
  data::Offset start;
  data::Offset written_end;            // one past the last record in segments
  std::vector<Segment> segments;       // by base offset
  Producers producers;
  std::vector<Quarantine> quarantines;
  std::vector<Aborted> aborted;        // by marker
  data::Offset clean_end;              // no key is twice below: compaction went so far
};

// What a flush did on its worker: segments that grew or came, with their new blocks.
struct FlushedRun {
  Segment segment;
  std::vector<Block> added;
  size_t batches = 0;
};

// One partition: its tail in memory, its segments, its producers. Touched on its home loop only (recovery runs before
// the loops serve). Records move through three ends: next ≥ durable ≥ written.
class Partition {
 public:
  Partition(data::PartitionKey key, std::shared_ptr<const data::Topic> topic, io::Files& files, const std::string& log_directory);

  // The stored batch that this one repeats, or null. kConflict when it belongs to no admitted transaction, or should to one.
  Result<const Producers::Kept*> FindDuplicate(const data::RecordBatchHeader& header) const;
  // Whether a batch of this size begins a new segment; then it says so in its journal frame, and replay does the same.
  bool StartsSegment(int64_t bytes, int64_t wall_ms) const;
  int64_t planned_bytes() const { return planned_bytes_; }  // of the segment that the next batch joins
  // The batch, placed at next_offset(), stands in the journal's queue: it joins the tail, unreadable until MoveDurable passes it.
  void Join(const Joining& joining, TailBatch batch);
  // What a batch in the tail costs in memory.
  static int64_t CostOf(std::string_view batch);
  // A batch at next_offset() that stands in a segment already is durable. The tail is empty.
  void Adopt(const Joining& joining, FlushedRun run);
  // The journal has synced everything below `end`: move the high watermark and wake whoever waits.
  void MoveDurable(data::Offset end);
  // The journal refused: what is not durable leaves the tail for good.
  void DropUndurable();

  // Replay at start. A gap in front of a batch becomes a quarantined range.
  Status ReplayBatch(std::string_view batch, bool starts_segment, int64_t wall_ms);
  void ReplayTrim(data::Offset before);
  // Replay lost the records up to `next_offset`.
  void ReplayLoss(data::Offset next_offset);

  bool InTail(data::Offset offset) const { return offset >= written_end_; }
  // Whole batches of the tail from the one that holds `from`, below `end` and up to bytes_max (the first regardless when `first`).
  void ReadTail(data::Offset from, data::Offset end, int64_t bytes_max, bool first, ports::LogSlice& slice) const;
  // What a read from `from` up to `end` would bring, or somewhat more: told without reading, no further than bytes_max are reached.
  int64_t BytesFrom(data::Offset from, data::Offset end, int64_t bytes_max) const;
  // kOutOfRange when nobody can read from `from` on, kCorrupt when it lies in a quarantined range.
  Status CheckReadable(data::Offset from) const;
  // kCorrupt when `offset` lies in a quarantined range.
  Status CheckQuarantine(data::Offset offset) const;
  // Readers at or above `from` stop here, and meet the quarantined range that begins here by asking for it.
  data::Offset ReadableEnd(data::Offset from) const;

  void AddWatch(const std::shared_ptr<Watch>& watch);
  ports::PartitionBounds bounds() const { return {start_, durable_end_, last_stable(), data::LeaderEpoch(0)}; }
  // The end of what is decided: no open transaction has a record below.
  data::Offset last_stable() const;

  void Admit(data::ProducerId producer, data::ProducerEpoch epoch) { admitted_[producer] = epoch; }
  // Aborted transactions with records in [from, end), by their first.
  std::vector<ports::AbortedTransaction> AbortedIn(data::Offset from, data::Offset end) const;
  std::vector<ports::ProducerStanding> DescribeProducers() const { return producers_.Describe(); }

  // Flushing: take the durable tail (a copy that shares the bytes), write it elsewhere, then come back.
  std::vector<TailBatch> DurableTail() const;
  void Flushed(std::vector<FlushedRun> runs);
  // What retention lets go: the new start, when it moves.
  std::optional<data::Offset> ExpiredBelow(int64_t wall_ms) const;
  // Nothing below `before` is readable any more.
  void MoveStart(data::Offset before);
  // Segments wholly below the start are condemned. Not while a flush is under way. The newest one stays in a replay: whether
  // the next batch begins another is said by its frame.
  void CondemnTrimmed(bool keeps_newest = false);

  // Sealed segments that a compaction would read, from the start, and where it finds what is not compacted; none when all is.
  std::vector<Segment> CompactionInputs(int64_t wall_ms, data::Offset* dirty_from) const;
  bool IsCompactionDue(int64_t wall_ms) const;  // whatever became of the last one
  // The outputs take the inputs' place, unless some of those have gone meanwhile.
  bool Replace(const std::vector<Segment>& inputs, const std::vector<Segment>& outputs, data::Offset clean_end, const std::set<data::Offset>& markers_gone);

  PartitionState ToState() const;
  void Restore(PartitionState state);
  const Segment* FindSegment(data::Offset base) const;
  void SetIndex(data::Offset segment_base, std::shared_ptr<std::vector<Block>> index);

  const data::PartitionKey& key() const { return key_; }
  const data::Topic* topic() const { return topic_.get(); }
  const data::LogConfig& config() const;
  void set_topic(std::shared_ptr<const data::Topic> topic) { topic_ = std::move(topic); }
  data::Offset next_offset() const { return next_offset_; }
  data::Offset durable_end() const { return durable_end_; }
  data::Offset start() const { return start_; }
  const std::vector<Segment>& segments() const { return segments_; }
  const std::deque<TailBatch>& tail() const { return tail_; }
  // Memory that the tail pins.
  int64_t tail_bytes() const { return tail_bytes_; }
  int64_t durable_tail_bytes() const { return durable_tail_bytes_; }
  // Of segments and of the batches in the tail.
  int64_t kept_bytes() const;
  SegmentFiles& files() { return files_; }
  io::Signal& moved() { return moved_; }

  std::unique_ptr<SegmentWriter> writer;  // of the newest segment, while open; of the worker while flushing
  bool flushing = false;                  // a flush or a sync is under way on a worker
  bool dropped = false;                   // its topic is gone
  bool storage_failed = false;            // a sync of a segment failed: nothing is appended until a restart
  bool cleaned = false;                   // garbage files of a crash, or of a compaction that was given up, were removed
  bool used_since_checkpoint = false;
  bool awaits_joint = false;              // a batch that is to join has chosen its segment or stands there; its unit is not durable yet
  std::deque<MonoTime> answered_early;    // since when units wait whose appends were answered before they are durable (durability=interval), oldest first
  io::Turns turns;                        // appends pass one by one while a large batch or a joint unit is under way; else nobody stands in line
  bool compacting = false;                // a compaction writes new segments
  MonoTime compaction_not_before;         // later than the last one that met damage
  std::vector<SegmentName> condemned;     // segments to remove once a checkpoint no longer names them

 private:
  size_t CountCompactable(int64_t wall_ms) const;
  Status CheckTransaction(const data::RecordBatchHeader& header) const;
  void NoteProducer(const Joining& joining, data::Offset base_offset);

  const data::PartitionKey key_;
  std::shared_ptr<const data::Topic> topic_;  // null until declared, after a recovery
  SegmentFiles files_;
  data::Offset start_;
  data::Offset written_end_;
  data::Offset durable_end_;
  data::Offset next_offset_;
  std::vector<Segment> segments_;
  std::deque<TailBatch> tail_;
  int64_t tail_bytes_ = 0;
  int64_t durable_tail_bytes_ = 0;
  int64_t planned_bytes_ = 0;        // of the segment that the next batch joins; 0: it starts one
  int64_t planned_created_ms_ = 0;
  Producers producers_;
  std::unordered_map<data::ProducerId, data::ProducerEpoch> admitted_;  // whose transactional batches are taken
  std::vector<Aborted> aborted_;              // by marker
  data::Offset clean_end_;
  data::Offset told_end_;                     // of what producers_ and aborted_ were restored with
  std::vector<Quarantine> quarantines_;       // by begin
  std::vector<std::weak_ptr<Watch>> watches_;
  io::Signal moved_;
};

}  // namespace freshet::log
