#pragma once

#include <vector>

#include "data/time_zone.h"
#include "engines/stream/job/rebuild_plan.h"
#include "ports/connector.h"

namespace freshet::stream {

// The table that a statement writes.
const Table& TableOf(const NodePtr& statement);
// "table totals cannot be built anew beside the old version: …"
Fault NotBuiltAnew(const NodePtr& statement, const Fault& fault);

// Whether a rebuild can be done, as far as that is known before anything is read; a Fault names the table and what to do instead. freshet plan asks this, and so does a rebuild
// before it begins. `all` are the plans of the whole file. Rows that the log has dropped are missing, which is refused unless `accept_loss`.
Task<> CheckRebuild(Ctx ctx, const RebuildPlan& plan, const std::vector<NodePtr>& all, const Snapshot& last, const ports::Connectors& connectors, data::TimeZone zone, bool accept_loss);

}  // namespace freshet::stream
