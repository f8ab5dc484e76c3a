#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "data/topic.h"
#include "engines/log/producers.h"
#include "engines/log/segment.h"
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

// The part of a partition that a checkpoint keeps.
struct PartitionState {
  data::PartitionKey key;
  data::Offset start;
  data::Offset written_end;            // one past the last record in segments
  std::vector<Segment> segments;       // by base offset
  Producers producers;
  std::vector<Quarantine> quarantines;
};

// One partition: its tail in memory, its segments, its producers. Touched on its home loop only (recovery runs before
// the loops serve). Records move through three ends: next ≥ durable ≥ written.
class Partition {
 public:
  Partition(data::PartitionKey key, std::shared_ptr<const data::Topic> topic, io::Files& files, const std::string& log_directory);

  // Offsets for a checked batch, written into its bytes.
  struct Placed {
    data::Offset base_offset;
    bool duplicate = false;
    data::Offset wait_for;  // durable end at which a duplicate may be answered
  };
  Result<Placed> Place(std::string& batch, const data::RecordBatchHeader& header) const;
  // The batch stands in the journal's queue: it joins the tail, unreadable until Durable passes it.
  void Join(const data::RecordBatchHeader& header, data::Offset base_offset, std::shared_ptr<const std::string> bytes);
  // The journal has synced everything below `end`: move the high watermark and wake whoever waits.
  void MoveDurable(data::Offset end);
  // The journal refused: what is not durable leaves the tail for good.
  void DropUndurable();

  // Replay of a journal frame at start; a gap before it becomes a quarantined range.
  Status Replay(std::string_view batch);
  void ReplayTrim(data::Offset before);

  bool InTail(data::Offset offset) const { return offset >= written_end_; }
  // Whole batches of the tail from the one that holds `from`, up to bytes_max (the first regardless when `first`).
  void ReadTail(data::Offset from, int64_t bytes_max, bool first, ports::LogSlice& slice) const;
  // kCorrupt when `offset` lies in a quarantined range.
  Status CheckQuarantine(data::Offset offset) const;

  void AddWatch(const std::shared_ptr<Watch>& watch);
  ports::PartitionBounds bounds() const { return {start_, durable_end_, durable_end_, data::LeaderEpoch(0)}; }

  // Flushing: take the durable tail (a copy that shares the bytes), write it elsewhere, then come back.
  std::vector<TailBatch> DurableTail() const;
  void Flushed(Segment segment, size_t batches);
  Segment SegmentForFlush(int64_t wall_ms) const;
  // Segments that retention lets go, oldest first; never the newest.
  std::vector<Segment> Expired(int64_t wall_ms) const;
  // Moves the start; segments wholly below it are returned for removal.
  std::vector<Segment> TrimTo(data::Offset before);

  PartitionState ToState() const;
  void Restore(PartitionState state);
  void SetIndex(data::Offset segment_base, std::shared_ptr<const std::vector<Block>> index);

  const data::PartitionKey& key() const { return key_; }
  const data::Topic* topic() const { return topic_.get(); }
  void set_topic(std::shared_ptr<const data::Topic> topic) { topic_ = std::move(topic); }
  data::Offset next_offset() const { return next_offset_; }
  data::Offset durable_end() const { return durable_end_; }
  data::Offset start() const { return start_; }
  const std::vector<Segment>& segments() const { return segments_; }
  const std::deque<TailBatch>& tail() const { return tail_; }
  int64_t tail_bytes() const { return tail_bytes_; }
  int64_t durable_tail_bytes() const;
  Producers& producers() { return producers_; }
  SegmentFiles& files() { return files_; }
  io::Signal& moved() { return moved_; }

  bool flushing = false;      // a flush is under way on a worker
  bool cleaned = false;       // garbage files of a crash were removed

 private:
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
  Producers producers_;
  std::vector<Quarantine> quarantines_;
  std::vector<std::weak_ptr<Watch>> watches_;
  io::Signal moved_;
};

}  // namespace freshet::log
