#include "engines/stream/job/saving.h"

namespace freshet::stream {

// What belongs to no key comes with the last piece, put together from all shards.
std::string Saving::Next() {
  SnapshotPart piece;
  while (at_ < parts_.size() && parts_[at_]->Save(piece, all_, place_, piece_bytes_)) {
    ++at_;
    place_ = {};
  }
  done_ = at_ == parts_.size();
  for (const Pipeline* part : parts_) {
    if (done_) part->SaveWholes(piece);
  }
  if (done_) piece.sources = beside_.sources;
  for (const auto& [signature, whole] : beside_.left_places) {
    if (done_) piece.operators[signature].whole = whole;
  }
  std::string bytes = piece.Encode();
  bytes_ += static_cast<int64_t>(bytes.size());
  return bytes;
}

}  // namespace freshet::stream
