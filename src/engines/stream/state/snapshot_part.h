#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engines/stream/state/snapshot.h"

namespace freshet::stream {

// What one epoch writes of one operator: what belongs to no key, and entries, each of an id and what stands behind it. An entry takes the place of
// the one with its id in an earlier part. An operator that does not know what has changed has one entry a key group, without an id.
class StatePart {
 public:
  void Put(int key_group, std::string_view id, std::string_view rest);
  void Gone(int key_group, std::string_view id);
  const std::string& entries() const { return entries_; }

  std::string whole;

 private:
  std::string entries_;
};

// A part of a snapshot: the first one holds all of a pipeline's state, each one behind it what has changed since. Snapshot::Decode reads them as one.
struct SnapshotPart {
  std::map<std::string, StatePart> operators;
  std::map<std::string, std::string> sources;  // all of them in each part

  // docs/formats/stream_snapshot.md
  std::string Encode() const;
};

// Parts one behind the other, as the snapshot that they make.
Result<Snapshot> DecodeParts(std::string_view bytes);

}  // namespace freshet::stream
