#pragma once

#include <set>
#include <vector>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

// Columns that tell the rows of a node apart: of rows that are there at the same time no two are equal in all of them. The empty set: there is one row at most.
using UniqueKey = std::set<int>;

// Some of the unique keys that the plan proves, none when it proves none. What is declared is believed: a table's PRIMARY KEY, as everywhere in SQL of streams.
std::vector<UniqueKey> UniqueKeys(const Node& node);

// Whether rows that are equal in these columns are one row.
bool AreUniqueBy(const Node& node, const UniqueKey& columns);

}  // namespace freshet::stream
