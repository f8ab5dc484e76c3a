#pragma once

#include <string>

#include "engines/stream/plan/node.h"

namespace freshet::stream {

struct ExplainDetails {
  bool changelog = false;  // each node's changelogMode, as Flink prints it
  bool cost = false;       // what a node will keep (plan/forecast.h)
};
// The plan as an indented tree, sink first.
std::string Explain(const Node& node, ExplainDetails details);
// PLAN_ADVICE: what its author may not have meant: state that grows for ever, joins that compare all pairs. A line each, or that there is nothing.
std::string Advice(const std::vector<NodePtr>& plans);
// JSON_EXECUTION_PLAN: the operators as one JSON object, in Flink's layout ({"nodes":[{"id","type","pact","contents","parallelism","predecessors"}]}); what statements
// share stands there once.
std::string ExecutionPlanJson(const std::vector<NodePtr>& plans, int shards);

}  // namespace freshet::stream
