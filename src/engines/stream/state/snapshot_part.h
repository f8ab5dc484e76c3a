#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// The same part by part, as views: what the first of `bytes` holds behind its header, cut off; absent where its end has not come yet.
Result<std::optional<std::string_view>> TakePart(std::string_view* bytes);
struct PartView {
  struct Operator {
    std::string_view signature, whole, entries;
  };
  std::vector<Operator> operators;
  std::vector<std::pair<std::string_view, std::string_view>> sources;
};
Result<PartView> ReadPart(std::string_view body);
// visit(key group, id, what stands behind it: absent of an entry that is gone)
Status ForEachEntry(std::string_view entries, const std::function<Status(int, std::string_view, std::optional<std::string_view>)>& visit);

}  // namespace freshet::stream
