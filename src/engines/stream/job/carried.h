#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engines/stream/job/pipeline.h"
#include "engines/stream/state/snapshot.h"

namespace freshet::stream {

// Whether an operator of this node keeps what has come to it.
bool HoldsState(const Node& node);

// Of two tables' windows, which is told when each has passed.
bool IsWindowJoin(const Node& node);

// Whether it is a table kept by key, of which the newest rows are kept.
bool IsUpsertSource(const Node& node);

// What a snapshot may call operators that it does not have under their names of now, and what they are called now: before version 3 without types, and where statements are told
// apart that were one, all of them by the text that they have in common; below window joins without the word that they are asked for the time of each row. `known`: names in the
// snapshot, or none where no operator is marked or a window join.
using NewNames = std::map<std::string, std::vector<std::string>>;
NewNames NamesBefore(const std::vector<Pipeline::OperatorPart>& operators, const std::set<std::string>& known);
std::set<std::string> NamesIn(const Snapshot& snapshot);
// Gives a snapshot the names of now; a state that was of several is each one's. True: it had others.
bool Rename(Snapshot& last, const std::vector<Pipeline::OperatorPart>& operators);

// "Source(table=clicks, connector=kafka, columns=[": what all readings of a source's table have in common, but for their hints.
std::string_view TableText(std::string_view source);
// Whether somebody read that table with the same hints, or with others.
bool WasRead(const Snapshot& last, std::string_view source);
bool WasReadOtherwise(const Snapshot& last, std::string_view source);
// Where all who read it with the same hints stand; absent: nobody did, or they stand at different places.
std::optional<std::string> PlaceOfTable(const Snapshot& last, std::string_view source);

// Whether the pipeline of this snapshot wrote the sink's table.
bool WroteTo(const Snapshot& last, const Node& sink);

// Whether the sink's statement was written before without the operator that keeps rows which meet in its PRIMARY KEY (docs/decisions/0300), of which there is nothing in the last epoch, then.
bool IsNewlyJudged(const Snapshot& last, const Node& sink);

// Where sources begin that the last epoch does not know: a statement that reads other columns than before goes on where its table
// stood, when nothing behind the source keeps rows and a table that it feeds was written before. By signature. `operators` are those of the whole file.
std::map<std::string, std::string> CarriedPositions(const std::vector<Pipeline::OperatorPart>& operators, const Snapshot& last);

}  // namespace freshet::stream
