#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "data/record_batch.h"

namespace freshet::log {

// What a partition remembers of its idempotent producers: the epoch and the last five durable batches of each, and those on
// their way, enough to tell a retry from a gap (KIP-98). One owner, one loop. At most kProducersMax are kept, the least
// recently heard go first.
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
  };

  // Null: the batch is the next one. Not null: it is stored already, there. kFenced for an older epoch, kOutOfOrder for a
  // gap, kDuplicate for a batch older than what is remembered.
  Result<const Kept*> Check(const data::RecordBatchHeader& header) const;

  // The batch stands at `base_offset`. Batches at or above `durable_end` may still be lost, so they never push out the
  // durable ones that a retry would be compared with after that.
  void Note(const data::RecordBatchHeader& header, data::Offset base_offset, data::Offset durable_end);

  // What is still true when everything at or above `end` is lost.
  Producers Below(data::Offset end) const;

  void AppendTo(ByteWriter& writer) const;
  static Result<Producers> ReadFrom(ByteReader& reader);
  size_t size() const { return states_.size(); }

 private:
  std::unordered_map<data::ProducerId, State> states_;
  uint64_t heard_ = 0;
};

}  // namespace freshet::log
