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

// The state of a pipeline between two batches: operators and source positions by logical signature, so that a
// changed script finds again what has not changed.
struct Snapshot {
  std::map<std::string, OperatorState> operators;
  std::map<std::string, std::string> sources;

  // docs/formats/stream_snapshot.md
  std::string Encode() const;
  static Result<Snapshot> Decode(std::string_view bytes);
};

}  // namespace freshet::stream
