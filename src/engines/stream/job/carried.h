#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/stream/job/pipeline.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {

// Whether an operator of this node keeps what has come to it.
bool HoldsState(const Node& node);

// Whether the pipeline of this snapshot wrote the sink's table.
bool WroteTo(const Snapshot& last, const Node& sink);

// Where sources begin that the last epoch does not know: a statement that reads other columns than before goes on where its table
// stood, when nothing behind the source keeps rows and a table that it feeds was written before. By signature. `operators` are those of the whole file.
std::map<std::string, std::string> CarriedPositions(const std::vector<Pipeline::OperatorPart>& operators, const Snapshot& last);

}  // namespace freshet::stream
