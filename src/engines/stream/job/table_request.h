#pragma once

#include "engines/stream/plan/node.h"
#include "ports/connector.h"

namespace freshet::stream {

// What a connector is told of a table that a Source node reads.
ports::TableRequest TableRequestOf(const Node& source);

}  // namespace freshet::stream
