#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/ids.h"
#include "data/kept_bytes.h"
#include "data/topic.h"
#include "io/ctx.h"
#include "io/task.h"

namespace freshet::ports {

// One partition's share of a produce request: record batches (v2) as the producer made them, one after another.
struct LogAppend {
  data::PartitionKey key;
  std::string batches;
  data::OwnBytes in_place = {};         // or they lie here, in what else they came with: they get their offsets, and stay, where they are

  std::span<char> span() { return in_place.empty() ? std::span<char>(batches) : in_place.span(); }
  std::string_view run() const { return in_place.empty() ? std::string_view(batches) : in_place.view(); }
  data::OwnBytes TakeRun() { return in_place.empty() ? data::OwnBytes(std::move(batches)) : std::move(in_place); }
};

struct Appended {
  data::Offset base_offset;             // of the first record
  data::Offset log_start;
  int64_t log_append_time_ms = -1;      // set when the topic stamps records itself
  bool duplicate = false;               // a retry of a stored batch: base_offset is the stored one
};

struct LogRead {
  data::PartitionKey key;
  data::Offset from;
  int64_t bytes_max = 1 << 20;          // the first batch of a read may exceed it, so that readers get on
  bool committed_only = false;          // end at the last stable offset, and be told what was aborted
};

// When an answer that would be short is worth waiting for.
struct ReadWait {
  int64_t bytes_min = 1;
  int64_t bytes_max = 64 << 20;         // over all reads together
  MonoTime until = {0};                 // in the past: do not wait
};

struct PartitionBounds {
  data::Offset start;                   // first readable
  data::Offset end;                     // high watermark: one past the last durable record
  data::Offset last_stable;             // end of what read_committed readers may see
  data::LeaderEpoch leader_epoch;
};

// A transaction whose records in a partition count for nothing: transactional batches of this producer between these offsets.
struct AbortedTransaction {
  data::ProducerId producer;
  data::Offset first;                   // of its records
  data::Offset marker;                  // the control batch that ended it
};

// Whole batches, byte for byte as appended but for base offset and leader epoch. The first batch holds the
// offset asked for and may begin below it.
struct LogSlice {
  Status status;                        // kOutOfRange, kNotFound, kCorrupt (quarantined range) or ok
  PartitionBounds bounds;
  std::vector<data::KeptBytes> batches;
  std::vector<AbortedTransaction> aborted;  // of a committed_only read: those with records among the batches, by first offset

  // Of a transactional batch of this producer that begins here: its transaction was aborted.
  bool CountsForNothing(data::ProducerId producer, data::Offset base) const {
    for (const AbortedTransaction& one : aborted) {
      if (one.producer == producer && one.first <= base && base < one.marker) return true;
    }
    return false;
  }
};

struct TimedOffset {
  data::Offset offset{-1};              // -1: no record at or after the time asked for
  int64_t timestamp_ms = -1;
  data::LeaderEpoch leader_epoch{-1};
};

// Durable, ordered streams of record batches. Callers may stand on any loop; answers come back to it. A success of
// Append means fdatasync has covered it; readers never see a record before that.
class EventLog {
 public:
  virtual ~EventLog() = default;

  // A topic exists from Declare until Drop. Declared again, it changes partitions (never fewer) or config.
  virtual Task<> Declare(Ctx ctx, std::shared_ptr<const data::Topic> topic) = 0;
  virtual Task<> Drop(Ctx ctx, Uuid topic) = 0;

  // One Result per append, in order; each partition stands for itself. kCorrupt (crc), kInvalid, kTooLarge,
  // kOutOfOrder, kDuplicate, kFenced, kUnknownProducer, kNotFound, kExhausted, kDiskFull, kUnavailable; kConflict for a
  // transactional batch whose transaction was not admitted (ports/log_transactions.h), or a plain one inside its producer's own.
  virtual Task<std::vector<Result<Appended>>> Append(Ctx ctx, std::vector<LogAppend> appends) = 0;

  // One slice per read, in order.
  virtual Task<std::vector<LogSlice>> Read(Ctx ctx, std::vector<LogRead> reads, ReadWait wait) = 0;

  virtual Task<PartitionBounds> Bounds(Ctx ctx, data::PartitionKey key) = 0;
  // Bytes that the partition keeps: its record batches, and the headers of the files they are in.
  virtual Task<int64_t> Size(Ctx ctx, data::PartitionKey key) = 0;
  // The first record whose timestamp is ≥ timestamp_ms; nullopt asks for the record with the largest timestamp.
  virtual Task<TimedOffset> FindTime(Ctx ctx, data::PartitionKey key, std::optional<int64_t> timestamp_ms) = 0;
  // Records below `before` are no longer readable once this returns; kOutOfRange above the high watermark.
  virtual Task<data::Offset> Trim(Ctx ctx, data::PartitionKey key, data::Offset before) = 0;
};

}  // namespace freshet::ports
