#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "data/record_batch.h"
#include "ports/log_transactions.h"

namespace freshet::log {

// What a partition remembers of its idempotent producers: the epoch and the last five durable batches of each, and those on
// their way, enough to tell a retry from a gap (KIP-98), and where its open transaction began. One owner, one loop. At most
// kProducersMax are kept, the least recently heard go first, but for those with an open transaction.
class Producers {
 public:
  static constexpr size_t kBatchesKept = 5;
  static constexpr size_t kProducersMax = 4096;

  struct Kept {
    data::Sequence first;
    data::Sequence last;
    data::Offset base_offset;
    data::Offset last_offset;
  };
  struct State {
    data::ProducerEpoch epoch;
    uint64_t heard = 0;         // larger is later
    std::vector<Kept> batches;  // oldest first
    data::Offset open{-1};      // first record of its open transaction
    int64_t last_timestamp_ms = -1;
    int32_t coordinator_epoch = -1;  // of the marker that spoke last
    bool marked = false;        // the epoch is a durable marker's, whatever batches there are
  };

  // Null: the batch is the next one. Not null: it is stored already, there. kFenced for an older epoch, kOutOfOrder for a
  // gap, kDuplicate for a batch older than what is remembered.
  Result<const Kept*> Check(const data::RecordBatchHeader& header) const;

  // The batch stands at `base_offset`. Batches at or above `durable_end` may still be lost, so they never push out the
  // durable ones that a retry would be compared with after that.
  void Note(const data::RecordBatchHeader& header, data::Offset base_offset, data::Offset durable_end);

  // A durable marker ends the producer's transaction: where that began, -1 when none was open here. Older epochs are fenced.
  data::Offset End(const data::ControlMarker& marker);

  bool HasOpen(data::ProducerId producer) const;
  // The first record of any open transaction; `none` when there is none.
  data::Offset FirstOpen(data::Offset none) const { return open_.empty() ? none : open_.begin()->first; }
  std::vector<ports::ProducerStanding> Describe() const;

  // All that stands below is known here; what is met again below it, in a replay, is told already.
  data::Offset KnownEnd() const;

  // What is still true when everything at or above `end` is lost.
  Producers Below(data::Offset end) const;

  void AppendTo(ByteWriter& writer) const;
  // Of a checkpoint of this format version.
  static Result<Producers> ReadFrom(ByteReader& reader, uint32_t version);
  size_t size() const { return states_.size(); }

 private:
  void Open(data::ProducerId producer, State& state, data::Offset first);
  void Trim();

  std::unordered_map<data::ProducerId, State> states_;
  std::set<std::pair<data::Offset, data::ProducerId>> open_;
  uint64_t heard_ = 0;
};

}  // namespace freshet::log
