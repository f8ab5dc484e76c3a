#pragma once

#include "engines/stream/plan/node.h"

// The last pass, for jobs on several shards: exchanges where an operator needs its rows by key and they do not come so
// already (docs/decisions/0084). Sources, what stands below a watermark, and sinks run once, on the job's loop.

namespace freshet::stream {

NodePtr PlaceExchanges(const NodePtr& plan);

// Where a node runs; of an exchange, where its rows arrive.
Place PlaceOf(const Node& node);
// How many exchanges between shards its rows have passed: those of one level are carried together. Of a gathering one, of no use.
int LevelOf(const Node& exchange);

}  // namespace freshet::stream
