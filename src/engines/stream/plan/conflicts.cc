#include <algorithm>

#include "engines/stream/plan/rewrites.h"
#include "engines/stream/plan/unique_keys.h"

// Rows of a query that updates may meet in the PRIMARY KEY of the table that they are written to: two groups of SELECT MAX(a), b … GROUP BY b, where the key is
// MAX(a). When one of them leaves, the other is what the table must say, and only who has kept it can (the sink's upsert materializer of Flink, FLIP-558).

namespace freshet::stream {
namespace {

bool HasWatermark(const Node& node) {
  if (std::holds_alternative<WatermarkSpec>(node.spec)) return true;
  return std::any_of(node.inputs.begin(), node.inputs.end(), [](const NodePtr& input) { return HasWatermark(*input); });
}

// Rows that are only added overwrite each other by themselves, one after the other.
bool NeedsJudging(const SinkSpec& sink, const Node& input) {
  if (sink.conflict == Conflict::kNone) return false;
  if (sink.judges_all) return true;
  bool overwrites = sink.conflict == Conflict::kNewest && !input.changelog.updates;
  return !overwrites && !AreUniqueBy(input, {sink.primary_key.begin(), sink.primary_key.end()});
}

}  // namespace

Result<NodePtr> JudgeConflicts(const NodePtr& root, const Node& input) {
  const auto* sink = std::get_if<SinkSpec>(&root->spec);
  if (sink == nullptr || !NeedsJudging(*sink, input)) return root;
  if (sink->must_be_said) {
    return Fault::Invalid("table ", sink->name, ": rows of the query may meet in its PRIMARY KEY, and 'table.exec.sink.require-on-conflict' is true; say ON CONFLICT DO DEDUPLICATE (the newest that is there), DO NOTHING (the oldest) or DO ERROR");
  }
  if (sink->conflict == Conflict::kFault && !HasWatermark(input)) {
    return Fault::Unsupported("table ", sink->name, ": ON CONFLICT DO ERROR is judged when a watermark comes, and no table of the query has one; declare WATERMARK FOR a time column, or say DO DEDUPLICATE or DO NOTHING");
  }
  NodePtr below = root->inputs[0];
  std::vector<PlanColumn> columns = below->columns;
  return NodePtr(MakeNode(root->spec, {MakeNode(StandingSpec{sink->primary_key, sink->conflict, sink->name}, {below}, std::move(columns))}, root->columns));
}

}  // namespace freshet::stream
