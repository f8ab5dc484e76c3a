#pragma once

#include "engines/stream/job/results.h"
#include "engines/stream/plan/node.h"
#include "ports/connector.h"

namespace freshet::stream {

// What a connector is told of a table that a Source node reads, or that a Sink node writes.
ports::TableRequest SourceRequest(const Node& source);
ports::TableRequest SinkRequest(const Node& sink);
ports::TableRequest SinkRequest(const Table& table);

// Whether its second input is a table that is asked as rows come by.
bool LooksUp(const Node& node);
// Results, print and blackhole need no port.
bool IsInner(const SinkSpec& sink);
// What a print table says of how its rows are shown.
ResultTable::Shown ShownAs(const Table& table);
bool IsOfTopics(const Table& table);
// Whether it holds one row for each key.
bool IsByKey(const Table& table);

Result<ports::Connector*> ConnectorOf(const ports::Connectors& connectors, const Table& table);

// Every table of the plan is what its connector takes for the use the plan makes of it.
Status CheckTables(const NodePtr& plan, const ports::Connectors& connectors, bool bounded);

}  // namespace freshet::stream
