#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "data/record_batch.h"

namespace freshet::log {

// What a partition remembers of its idempotent producers: the epoch and the last five batches of each, enough to tell a
// retry from a gap (KIP-98). One owner, one loop. At most kProducersMax are kept, the least recently heard go first.
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
    data::ProducerId id;
    data::ProducerEpoch epoch;
    std::vector<Kept> batches;  // oldest first
  };

  // Null: the batch is the next one. Not null: it is stored already, there. kFenced for an older epoch, kOutOfOrder for a
  // gap, kDuplicate for a batch older than what is remembered.
  Result<const Kept*> Check(const data::RecordBatchHeader& header) const;

  // The batch was appended at `base_offset`.
  void Note(const data::RecordBatchHeader& header, data::Offset base_offset);

  void AppendTo(ByteWriter& writer) const;
  static Result<Producers> ReadFrom(ByteReader& reader);
  const std::vector<State>& states() const { return states_; }

 private:
  const State* Find(data::ProducerId id) const;

  std::vector<State> states_;  // least recently heard first
};

}  // namespace freshet::log
