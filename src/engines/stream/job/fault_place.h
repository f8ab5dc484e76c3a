#pragma once

#include <string>
#include <vector>

#include "engines/stream/operators/fault_site.h"
#include "engines/stream/plan/node.h"

namespace freshet::stream {

// Of a plan that runs: the table or result that it ends in, and the line of its statement in its file; 0: not known.
struct PlanPlace {
  std::string sink;
  int line = 0;
};

// "totals (line 12), by_day (line 14) and 2 more".
std::string PlacesText(const std::vector<PlanPlace>& places);

// The fault with where it came up behind it: "; operator Project(x=…) of totals (line 12); row {"id":7,"x":0}". `node` is what the operator at the site does; the
// columns by which the plan tells rows apart come first, so that they are never what is cut off. What nobody can help (cancelled, exhausted) stays as it is.
Fault AtSite(const Fault& fault, const FaultSite& site, const Node& node, const std::vector<PlanPlace>& statements, const expr::Session& session);

}  // namespace freshet::stream
