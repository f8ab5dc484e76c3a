#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/plan/node.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {

// What rows of a sink are to those who read them. Kept with the sink in snapshots, so that a changed file finds out what becomes of the rows that stand there.
struct SinkForm {
  std::string place;    // "upsert-kafka topic=totals"
  std::string layout;   // "key=[k STRING], key.format=json, value.format=json": rows of two layouts know nothing of each other
  std::string columns;  // "k STRING, s INT"
  bool operator==(const SinkForm&) const = default;
};
SinkForm FormOf(const Node& sink);

// As bytes behind what every operator saves; of a sink that an earlier version saved, or a result, empty.
void SaveForm(const SinkForm& form, OperatorState& state);
SinkForm FormIn(const OperatorState& state);

// What the last epoch knows of a sink's table: whether it was written, and by what.
enum class SinkIs : uint8_t {
  kNew,        // nobody wrote it
  kUnknown,    // an earlier version saved it, and did not say
  kAsBefore,   // this statement wrote it
  kOfOthers,   // another statement did, or its rows had other columns
  kElsewhere,  // its rows went into another place
  kUnlike,     // its rows had another key, or another format
};
struct SinkChange {
  SinkIs is = SinkIs::kNew;
  std::string how;  // "was upsert-kafka topic=a and is upsert-kafka topic=b"
};
SinkChange ChangeOfSink(const Snapshot& last, const Node& sink, const std::string& signature);

// Whether rows of this pipeline stand where the sink writes.
bool HasRowsThere(const Snapshot& last, const Node& sink);

// Whether rows that stand in the table are not those of this file: of a table by key they are all written anew, or would stay.
bool RowsStandOtherwise(const SinkChange& change);

// "was SUM($1) and is MAX($1)": where two texts begin to differ, from the word's beginning on.
std::string DifferenceOf(std::string_view before, std::string_view after);

// Names of the tables that the last epoch's statements wrote.
std::vector<std::string> TablesWritten(const Snapshot& last);

}  // namespace freshet::stream
