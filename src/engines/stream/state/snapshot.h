#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/status.h"
#include "engines/stream/state/keys.h"

namespace freshet::stream {

// The state of one operator as bytes: what belongs to no key, and one part a key group.
struct OperatorState {
  std::string whole;
  std::array<std::string, kKeyGroups> groups;
};

// What `whole` holds behind the watermarks: nothing, the number of rows that have come, the watermark up to which windows
// have fired, texts that are the same wherever the operator runs.
enum class WholeState : uint8_t { kTime, kArrivals, kFired, kTexts };

// That of one operator on two shards as one: of watermarks the least, of arrivals the most, so that rows to come are behind those that came.
void MergeWhole(std::string& into, std::string_view other, WholeState whole);

// The state of a pipeline between two batches: operators and source positions by logical signature, so that a
// changed script finds again what has not changed.
struct Snapshot {
  std::map<std::string, OperatorState> operators;
  std::map<std::string, std::string> sources;

  // docs/formats/stream_snapshot.md: all of it at once, as no pipeline writes it any more; state/snapshot_part.h is what they write.
  std::string Encode() const;
  // Either, and parts one behind the other.
  static Result<Snapshot> Decode(std::string_view bytes);
};

}  // namespace freshet::stream
